# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One stream's bytes: taken from the swarm, kept for a while, handed to whoever plays."""

from __future__ import annotations

import threading
import time

from swarm_link import SwarmLink

PACKET = 188
STALLED = 4.0  # seconds without a byte until other peers are looked for
_KEEP = 4 * 1024 * 1024  # bytes
_RETRY = 1.0  # seconds between two tries to join again


class Feed:
    """A buffer that the swarm fills. It outlives silence of the swarm: its readers just wait."""

    def __init__(self, link: SwarmLink, infohash: str) -> None:
        """Join the swarm.

        :raises OSError, ValueError: this content cannot be loaded.
        """
        self.infohash = infohash
        self.peers = 0
        self.total = 0
        self.closed = False
        self.started = time.time()
        self._link = link
        self._data = bytearray()
        self._begin = 0
        self._news = threading.Condition()
        self._rates: list[tuple[float, int]] = []
        sock = self._join()
        threading.Thread(target=self._fill, args=(sock,), daemon=True).start()

    def read(self, at: int, seconds: float) -> tuple[int, bytes]:
        """Bytes from position ``at`` on, waiting for them at most so long.

        :returns: the position after them, and the bytes; none if none came. What is too old is skipped.
        """
        with self._news:
            self._news.wait_for(lambda: self.closed or self.total > at, seconds)
            # A reader that fell behind goes on at a packet's beginning.
            at = max(at, -(-self._begin // PACKET) * PACKET)
            return max(at, self.total), bytes(self._data[at - self._begin :])

    def between(self, begin: int, end: int, seconds: float) -> bytes | None:
        """The bytes of a segment, waiting for its end at most so long; None if they are not there."""
        with self._news:
            self._news.wait_for(lambda: self.closed or self.total >= end, seconds)
            if begin < self._begin or self.total < end:
                return None
            return bytes(self._data[begin - self._begin : end - self._begin])

    @property
    def speed(self) -> int:
        """Kilobytes per second over the last seconds."""
        with self._news:
            recent = [(at, total) for at, total in self._rates if at > time.monotonic() - 5]
        if len(recent) < 2:
            return 0
        (first, before), (last, after) = recent[0], recent[-1]
        return int((after - before) / 1024 / max(last - first, 0.1))

    @property
    def oldest(self) -> int:
        """The position of the oldest byte that is kept."""
        return self._begin

    def close(self) -> None:
        """Stop taking from the swarm; readers end."""
        with self._news:
            self.closed = True
            self._news.notify_all()

    def _join(self):
        sock, answer = self._link.join(ask="stream", infohash=self.infohash)
        if answer.get("error"):
            sock.close()
            raise ValueError(str(answer["error"]))
        self.peers = int(str(answer.get("peers", 0)))
        sock.settimeout(STALLED)
        return sock

    def _fill(self, sock) -> None:
        while not self.closed:
            try:
                if sock is None:
                    sock = self._join()
                got = sock.recv(65536)
                if not got:
                    raise ConnectionError("the swarm closed the stream")
                self._add(got)
            except (OSError, ValueError):
                if sock is not None:
                    sock.close()
                    self._even()
                sock, self.peers = None, 0
                time.sleep(_RETRY)
        if sock is not None:
            sock.close()

    def _add(self, got: bytes) -> None:
        with self._news:
            self._data += got
            self.total += len(got)
            surplus = len(self._data) - _KEEP
            if surplus > 0:
                del self._data[:surplus]
                self._begin += surplus
            self._rates = [*self._rates[-200:], (time.monotonic(), self.total)]
            self._news.notify_all()

    def _even(self) -> None:
        """Fill up a packet that was cut off, so that what follows begins at a packet's beginning."""
        missing = -self.total % PACKET
        if missing:
            self._add(b"\xff" * missing)
