# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A player: plays a stream of an engine and keeps count of what a viewer would notice."""

from __future__ import annotations

import http.client
import json
import threading
import time
import urllib.request
from dataclasses import dataclass, field

#: A content that every swarm of the lab has.
CONTENT = "a" * 40
PACKET, SYNC = 188, 0x47
_SILENT = 1.0  # seconds without a byte that count as a gap


@dataclass
class Count:
    """What was seen so far. Times in seconds since the player started."""

    bytes: int = 0
    starts: int = 0
    disconnects: int = 0
    failures: int = 0
    lost_sync: int = 0
    gaps: list[tuple[float, float]] = field(default_factory=list)

    @property
    def longest_gap(self) -> float:
        """The longest time without a byte; 0 if there was none worth the name."""
        return max((seconds for _at, seconds in self.gaps), default=0.0)


class Player:
    """Plays in a thread of its own until stopped.

    :param base: the engine's address, e.g. ``http://127.0.0.1:19000``.
    :param again: start a stream anew when the connection is lost, as a viewer would.
    """

    def __init__(self, base: str, content: str = CONTENT, again: bool = False) -> None:
        """Nothing is played before ``start``."""
        self.base = base
        self.content = content
        self.again = again
        self.count = Count()
        self.last = float("-inf")
        self._began = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> Player:
        """Begin to play."""
        self._began = time.monotonic()
        self._thread.start()
        return self

    def stop(self) -> Count:
        """End it. :returns: the count."""
        self._stop.set()
        self._thread.join(timeout=5)
        return self.count

    @property
    def ended(self) -> bool:
        """Whether it plays no more."""
        return not self._thread.is_alive()

    @property
    def silent(self) -> float:
        """Seconds since the last byte; since the start if there was none."""
        return time.monotonic() - max(self.last, self._began)

    def __enter__(self) -> Player:
        return self.start()

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._play(self._open())
                self.count.disconnects += not self._stop.is_set()
            except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException):
                self.count.failures += 1
            if not self.again or self._stop.wait(1.0):
                return

    def _open(self) -> str:
        url = f"{self.base}/ace/getstream?id={self.content}&format=json"
        with urllib.request.urlopen(url, timeout=5) as response:
            return json.load(response)["response"]["playback_url"]

    def _play(self, url: str) -> None:
        with urllib.request.urlopen(url, timeout=5) as response:
            self.count.starts += 1
            self.last = time.monotonic()
            rest = self._take(b"", response.read1())
            # The socket itself goes on after a time-out, which the reader above it does not.
            sock = response.fp.raw._sock
            sock.settimeout(0.5)
            while not self._stop.is_set():
                try:
                    got = sock.recv(65536)
                except TimeoutError:
                    continue
                except OSError:
                    got = b""
                if not got:
                    return
                rest = self._take(rest, got)

    def _take(self, rest: bytes, got: bytes) -> bytes:
        now = time.monotonic()
        if now - self.last >= _SILENT:
            self.count.gaps.append((round(self.last - self._began, 1), round(now - self.last, 1)))
        self.last = now
        self.count.bytes += len(got)
        data = rest + got
        whole = len(data) // PACKET * PACKET
        self.count.lost_sync += sum(data[at] != SYNC for at in range(0, whole, PACKET))
        return data[whole:]
