# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A forwarded port by NAT-PMP: asked for when the tunnel is up, renewed while it lasts."""

from __future__ import annotations

import socket
import threading

import firewall
import natpmp
from log import log
from settings import Settings

#: ProtonVPN's figures, seconds: a lease of 60, renewed every 45.
LEASE, RENEW = 60, 45.0
#: RFC 6886, section 3.1: nine tries, the first waits 250 ms, each twice as long as the one before: 128 s.
TRIES, FIRST_WAIT = 9, 0.25
_RETRY = 5.0  # seconds


class Failed(Exception):
    """No port: the reason in a sentence."""


class PortForwarding:
    """Holds the forwarded port, 0 while there is none."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is asked for before ``start``."""
        self._settings = settings
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.port = 0
        #: Whether a tunnel was up at all; until then main says ``"ports":null``.
        self.ever = False

    def start(self) -> None:
        """Ask for a port, and go on renewing it until ``stop``; ends what was started before."""
        with self._lock:
            self._stop.set()
            self._stop = threading.Event()
            self.ever = True
            threading.Thread(target=self._keep, args=(self._stop,), daemon=True).start()

    def stop(self) -> None:
        """Forget the port."""
        with self._lock:
            self._stop.set()
            self._set(0)

    def put(self, ports: list[int]) -> None:
        """What a PUT does: it takes the given ports for the truth, and none for none."""
        with self._lock:
            self._set(ports[0] if ports else 0)

    def document(self) -> dict[str, object]:
        """What the control server answers, in the shape of the version."""
        port = self.port
        if not self._settings.version.both_keys:
            return {"port": port}
        return {"port": port, "ports": [port] if port else ([] if self.ever else None)}

    def _keep(self, stop: threading.Event) -> None:
        had = 0
        while not stop.is_set():
            try:
                found = self._request(stop)
                if had and found != had:
                    log("ERROR", "port forwarding", f"external port changed: {had} changed to {found}")
            except Failed as error:
                found = 0
                log("ERROR", "port forwarding" if had else "vpn", f"starting port forwarding service: {error}")
            with self._lock:
                if stop.is_set():
                    return
                # A renewal that says the same leaves what a PUT has set.
                if found != had or not found:
                    self._set(found)
                    if found:
                        log("INFO", "port forwarding", f"port forwarded is {found}")
            had = found
            if not found and not self._settings.version.retries:
                return
            stop.wait(RENEW if found else _RETRY)

    def _set(self, port: int) -> None:
        if port != self.port:
            firewall.allow(port)
        self.port = port

    def _request(self, stop: threading.Event) -> int:
        """The gateway's address, then a port for both protocols.

        :raises Failed: one of them was not given.
        """
        internal, external = self._settings.version.request
        self._exchange(natpmp.encode_address_request(), stop)
        found = 0
        for opcode in (natpmp.MAP_UDP, natpmp.MAP_TCP):
            request = natpmp.MapRequest(opcode, internal, external, LEASE)
            try:
                answer = natpmp.decode_map_answer(self._exchange(request.encode(), stop))
            except natpmp.MalformedPacket as error:
                raise Failed(str(error)) from error
            if answer.result:
                raise Failed(f"adding port mapping: result code {answer.result}")
            found = answer.external
        return found

    def _exchange(self, request: bytes, stop: threading.Event) -> bytes:
        """Send, and send again, until it is answered; silence takes the full time, a dead interface none.

        :raises Failed: no answer.
        """
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            wait = FIRST_WAIT
            for _try in range(TRIES):
                try:
                    sock.settimeout(wait)
                    sock.connect((self._settings.resolver, natpmp.PORT))
                    sock.send(request)
                    return sock.recv(64)
                except TimeoutError:
                    if stop.is_set():
                        break
                except OSError as error:
                    raise Failed(f"exchanging with the gateway: {error.strerror}") from error
                wait *= 2
        raise Failed("the gateway does not answer")
