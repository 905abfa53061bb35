# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine's link to the swarm: it announces its P2P port, and so knows whether it is connected."""

from __future__ import annotations

import json
import socket
import time

EVERY = 2.0  # seconds between two announcements
TIMEOUT = 3.0  # seconds to connect or to be answered
#: A real engine goes on saying for a while that it is connected.
BELIEVES = 8.0


class SwarmLink:
    """Keeps announcing; says whether, and how well, the swarm is reached."""

    def __init__(self, swarm: tuple[str, int], p2p_port: int) -> None:
        """Nothing is connected before ``keep`` runs."""
        self.swarm = swarm
        self.p2p_port = p2p_port
        self.peers = 0
        self._answered = float("-inf")

    @property
    def connected(self) -> bool:
        """Whether the swarm answered lately."""
        return time.monotonic() - self._answered < BELIEVES

    def join(self, **question: object) -> tuple[socket.socket, dict[str, object]]:
        """Connect and ask one thing.

        :returns: the open connection and the first line of the answer.
        :raises OSError: the swarm is not reached. :raises ValueError: its answer is none.
        """
        sock = socket.create_connection(self.swarm, TIMEOUT)
        try:
            return sock, ask(sock, {**question, "port": self.p2p_port})
        except (OSError, ValueError):
            sock.close()
            raise

    def keep(self) -> None:
        """Announce for ever, on one connection while it lasts."""
        while True:
            try:
                sock, answer = self.join(ask="announce")
                with sock:
                    while True:
                        self.peers = int(str(answer["peers"]))
                        self._answered = time.monotonic()
                        time.sleep(EVERY)
                        answer = ask(sock, {"ask": "announce", "port": self.p2p_port})
            except (OSError, ValueError, KeyError):
                time.sleep(0.5)


def ask(sock: socket.socket, question: dict[str, object]) -> dict[str, object]:
    """Send one line and read one, byte by byte, as a stream may follow it.

    :raises OSError: the connection broke. :raises ValueError: no line of JSON came.
    """
    sock.sendall(json.dumps(question).encode() + b"\n")
    line = b""
    while not line.endswith(b"\n") and len(line) < 4096:
        got = sock.recv(1)
        if not got:
            raise ConnectionError("the swarm closed the connection")
        line += got
    found = json.loads(line)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found
