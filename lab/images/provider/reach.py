# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an engine's announced port can be reached from the internet, tried by connecting to it."""

from __future__ import annotations

import socket
import threading
import time

_TIMEOUT = 1.0  # seconds to connect
_AGAIN = 3.0  # seconds until a port is tried again


class Reach:
    """Remembers for a moment which ports of the public address could be connected to."""

    def __init__(self, public_ip: str) -> None:
        """Nothing is known yet."""
        self._public_ip = public_ip
        self._known: dict[int, tuple[float, bool]] = {}
        self._lock = threading.Lock()

    def able(self, port: int) -> bool:
        """Whether a peer gets through to this port now."""
        with self._lock:
            at, able = self._known.get(port, (float("-inf"), False))
        if time.monotonic() - at < _AGAIN:
            return able
        able = self._connects(port)
        with self._lock:
            self._known[port] = (time.monotonic(), able)
        return able

    def _connects(self, port: int) -> bool:
        if not 0 < port < 65536:
            return False
        try:
            socket.create_connection((self._public_ip, port), _TIMEOUT).close()
            return True
        except OSError:
            return False
