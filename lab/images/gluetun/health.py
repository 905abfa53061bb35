# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gluetun's own opinion of its health, which Docker's health check reads from port 9999.

It is written when a tunnel comes up and by a slow check while it is up. In between it is old:
an outage of a minute or two need not show in it at all.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from log import log
from settings import Settings
from switches import switch
from tunnel import Tunnel

PORT = 9999
_START_UP = 6.0  # seconds for the check when a tunnel comes up
_EVERY = 60.0  # seconds between two small checks
#: Seconds that the tries of a small check wait for an answer, 120 in all.
_TRIES = (5, 5, 5, 10, 10, 10, 15, 15, 15, 30)
#: Seconds between tries that fail at once, as they do while the interface is gone.
_PAUSE = 3.0
_RESOLVERS = ("1.1.1.1", "8.8.8.8")


class Health:
    """The opinion, and the check that forms it."""

    def __init__(self, settings: Settings, tunnel: Tunnel) -> None:
        """Unhealthy until a tunnel was up."""
        self._settings = settings
        self._tunnel = tunnel
        self._stop = threading.Event()
        self.error = "healthcheck did not run yet"
        tunnel.on_up = self.tunnel_up
        tunnel.on_down = self.tunnel_down

    def tunnel_up(self) -> None:
        """Check now, and from now on."""
        self._stop.set()
        self._stop = threading.Event()
        reason = _dials(self._settings.health, _START_UP)
        self._write(reason)
        if reason:
            self._restart(reason)
        else:
            threading.Thread(target=self._periodic, args=(self._stop,), daemon=True).start()

    def tunnel_down(self) -> None:
        """Check no more. The opinion stays as it is."""
        self._stop.set()

    def _periodic(self, stop: threading.Event) -> None:
        while not stop.wait(_EVERY):
            reason = self._small(stop)
            if stop.is_set():
                return
            if reason and self._settings.health_restarts:
                # The tunnel is begun anew, and until that is up nobody writes an opinion: in the recorded outage
                # the address was gone after 88 s, which is this restart, and Docker's health never changed.
                self._restart(reason)
                return
            self._write(reason)

    def _write(self, reason: str) -> None:
        if reason:
            log("WARN", "healthcheck", f"unhealthy: {reason}")
        elif self.error:
            log("INFO", "healthcheck", "healthy!")
        self.error = reason

    def _restart(self, reason: str) -> None:
        if self._settings.health_restarts:
            threading.Thread(target=self._tunnel.restart, args=(reason,), daemon=True).start()

    def _small(self, stop: threading.Event) -> str:
        """Several tries, any of them is enough. :returns: why none was; empty if one was."""
        reason = ""
        for wait in _TRIES:
            began = time.monotonic()
            if self._settings.small_check == "dns":
                reason = _asks(_RESOLVERS, wait)
            else:
                reason = _dials(self._settings.health, wait)
            if not reason or stop.wait(max(0.0, _PAUSE - (time.monotonic() - began))):
                break
        return reason


def serve(health: Health) -> None:
    """Tell the opinion on loopback, for ever."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = (switch("health") or health.error).encode()
            self.send_response(500 if body else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Docker asks every five seconds."""

    ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()


def _dials(target: tuple[str, int], seconds: float) -> str:
    try:
        socket.create_connection(target, seconds).close()
        return ""
    except OSError as error:
        return f"dialing {target[0]}:{target[1]}: {error}"


def _asks(resolvers: tuple[str, ...], seconds: float) -> str:
    """Ask public resolvers for a name, through the tunnel; the first answer is enough."""
    query = struct.pack(">HHHHHH", 0x4C61, 0x0100, 1, 0, 0, 0) + b"\x06github\x03com\x00" + struct.pack(">HH", 1, 1)
    reason = ""
    for resolver in resolvers:
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.settimeout(seconds / len(resolvers))
                sock.connect((resolver, 53))
                sock.send(query)
                if sock.recv(512)[:2] == query[:2]:
                    return ""
        except OSError as error:
            reason = f"asking {resolver} for github.com: {error}"
    return reason or "no answer to a DNS query"
