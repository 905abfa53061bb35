# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playback sessions: who plays what, until it is stopped or nobody plays it any more."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field

from feed import Feed
from swarm_link import SwarmLink

_UNUSED = 60.0  # seconds without a reader until a session ends


@dataclass
class Session:
    """One playback session. ``readers`` counts the clients that are playing it."""

    name: str
    token: str
    feed: Feed
    readers: int = 0
    used: float = field(default_factory=time.monotonic)


class Sessions:
    """All sessions of this engine."""

    def __init__(self, link: SwarmLink) -> None:
        """No session yet."""
        self._link = link
        self._lock = threading.Lock()
        self._all: dict[str, Session] = {}

    def open(self, infohash: str) -> Session:
        """Begin a session.

        :raises OSError, ValueError: this content cannot be loaded.
        """
        made = Session(secrets.token_hex(20), secrets.token_hex(16), Feed(self._link, infohash))
        with self._lock:
            self._all[made.name] = made
        return made

    def find(self, name: str) -> Session | None:
        """A session by its name."""
        return self._all.get(name)

    def with_token(self, token: str) -> Session | None:
        """A session by the token in its content URL."""
        with self._lock:
            return next((one for one in self._all.values() if one.token == token), None)

    def stop(self, name: str) -> None:
        """End a session and whoever plays it."""
        with self._lock:
            found = self._all.pop(name, None)
        if found is not None:
            found.feed.close()

    def tidy(self) -> None:
        """End sessions that nobody plays any more, for ever."""
        while True:
            time.sleep(5)
            now = time.monotonic()
            for one in list(self._all.values()):
                if not one.readers and now - one.used > _UNUSED:
                    self.stop(one.name)
