# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The swarm: engines announce themselves here and get live streams; a reachable engine has more peers.

A line of JSON in; a line of JSON out for each announcement, or one and then transport stream packets.
"""

from __future__ import annotations

import json
import re
import select
import socketserver
import time

import mpegts
from internet import Server
from reach import Reach
from settings import SWARM_PORT, Settings

PEERS, PEERS_REACHABLE = 5, 15
_INFOHASH = re.compile(r"[0-9a-f]{40}")
_IDLE = 30.0  # seconds: an engine whose tunnel died never says goodbye
_TICK = 0.1  # seconds between two bursts of a stream
_BUFFER = 2.0  # seconds of the past that a new stream begins with, or that one goes on with after a pause


def serve(settings: Settings) -> None:
    """Serve for ever."""
    reach = Reach(settings.public_ip)

    class Member(socketserver.BaseRequestHandler):
        """One connection of an engine."""

        def handle(self) -> None:
            try:
                self.request.settimeout(_IDLE)
                for line in self.request.makefile("rb"):
                    asked = json.loads(line)
                    if asked["ask"] == "stream":
                        self._stream(str(asked["infohash"]), int(asked["port"]))
                        return
                    self._say(_announced(reach, settings, int(asked["port"])))
            except (OSError, ValueError, KeyError, TypeError):
                pass  # a broken line or a broken connection ends it

        def _say(self, answer: dict[str, object]) -> None:
            self.request.sendall(json.dumps(answer).encode() + b"\n")

        def _stream(self, infohash: str, port: int) -> None:
            if not _INFOHASH.fullmatch(infohash) or not infohash.strip("0"):
                self._say({"error": "no peers"})
                return
            self._say(_announced(reach, settings, port))
            sent = mpegts.index_at(time.time() - _BUFFER, settings.stream_mbit)
            while not select.select([self.request], [], [], _TICK)[0]:
                now = mpegts.index_at(time.time(), settings.stream_mbit)
                sent = max(sent, now - mpegts.index_at(_BUFFER, settings.stream_mbit))
                self.request.sendall(b"".join(mpegts.live(infohash, index) for index in range(sent, now)))
                sent = now

    Server(("0.0.0.0", SWARM_PORT), Member).serve_forever()


def _announced(reach: Reach, settings: Settings, port: int) -> dict[str, object]:
    able = reach.able(port)
    return {
        "error": None,
        "peers": PEERS_REACHABLE if able else PEERS,
        "reachable": able,
        "public_ip": settings.public_ip,
    }
