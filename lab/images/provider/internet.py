# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The internet beyond the tunnel: every TCP address answers, HTTP to HTTP and an echo to anything else."""

from __future__ import annotations

import json
import socketserver

from settings import Settings

_IDLE = 60.0  # seconds that a silent connection is kept
_OK = b"ok\n"


class Target(socketserver.BaseRequestHandler):
    """One connection to some address of the internet."""

    def handle(self) -> None:
        """Answer one HTTP request, or echo."""
        try:
            self.request.settimeout(_IDLE)
            data = self.request.recv(4096)
            if data.startswith((b"GET ", b"HEAD ")):
                self.request.sendall(http(_OK, "text/plain"))
                return
            while data:
                self.request.sendall(data)
                data = self.request.recv(4096)
        except OSError:
            pass  # the other side is gone, which is its right


class Server(socketserver.ThreadingTCPServer):
    """A server that survives a restart and many clients at once."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 256


def serve_targets(port: int) -> None:
    """Play the internet on a port, for ever."""
    Server(("0.0.0.0", port), Target).serve_forever()


def serve_public_ip(settings: Settings, port: int) -> None:
    """Tell every caller its public address, whatever the path, for ever."""
    reply = http(json.dumps(public_ip(settings)).encode(), "application/json")

    class PublicIp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                self.request.settimeout(_IDLE)
                if self.request.recv(4096):
                    self.request.sendall(reply)
            except OSError:
                pass

    Server(("0.0.0.0", port), PublicIp).serve_forever()


def public_ip(settings: Settings) -> dict[str, object]:
    """What an echoip server answers."""
    return {
        "ip": settings.public_ip,
        "country": settings.country,
        "country_iso": "LL",
        "region_name": "Lab",
        "city": settings.city,
        "latitude": 1.5,
        "longitude": 2.5,
        "zip_code": "0000",
        "time_zone": "UTC",
        "asn": "AS64496",
        "asn_org": "Lab VPN",
    }


def http(body: bytes, kind: str) -> bytes:
    """A whole HTTP response."""
    head = f"HTTP/1.0 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
