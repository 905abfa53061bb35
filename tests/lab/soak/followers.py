# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who follows an exporter: a client of its events, one of its list of engines, and who asks the engines themselves."""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import socket
import threading
import time
import traceback
from collections.abc import Callable

from lab.checks import connected
from lab.definition import Lab


class Follower:
    """Does one thing in a thread of its own until it is told to stop.

    :ivar defect: what ended it before; None: nothing did.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.defect: Exception | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Say that it shall stop, and do not wait."""
        self._stopping.set()

    def stop(self, patience: float = 15.0) -> bool:
        """Stop it.

        :returns: whether it has stopped in time.
        """
        self.end()
        self._thread.join(patience)
        return not self._thread.is_alive()

    def _work(self) -> None:
        try:
            self._run()
        except Exception as error:
            traceback.print_exc()
            self.defect = error

    def _run(self) -> None:
        raise NotImplementedError


class Events(Follower):
    """A client of C(/events) that now and then goes away, and resumes where it was.

    :ivar texts: what it was told, in order.
    :ivar resumed: how often it came back.
    :ivar gaps: how often it was told that something is missing.
    """

    def __init__(self, url: str, seed: int) -> None:
        super().__init__("events")
        self._address = url.partition("//")[2]
        self._random = random.Random(seed)
        self._last = ""
        self.listening = threading.Event()
        self.texts: list[str] = []
        self.resumed = self.gaps = 0

    def _run(self) -> None:
        while not self._stopping.is_set():
            with contextlib.suppress(OSError, http.client.HTTPException):
                self._listen(time.monotonic() + self._random.uniform(5, 30))
            self.resumed += 1

    def _listen(self, until: float) -> None:
        connection = http.client.HTTPConnection(self._address, timeout=1.0)
        connection.connect()
        wire = connection.sock
        try:
            connection.request("GET", "/events", headers={"Last-Event-ID": self._last} if self._last else {})
            answer = connection.getresponse()
            # From here on another thread ends the waiting.
            wire.settimeout(None)
            threading.Thread(target=self._hang_up, args=(wire, until), daemon=True).start()
            kind = identity = ""
            for line in answer:
                if not line.endswith(b"\n"):
                    return  # cut off in the middle: it will come again
                name, _colon, value = line.decode("utf-8").rstrip("\n").partition(": ")
                if name == "id":
                    identity = value
                elif name == "event":
                    kind = value
                elif name == "data":
                    self._told(kind, identity, value)
        finally:
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _told(self, kind: str, identity: str, value: str) -> None:
        if kind == "transition":
            self.texts.append(value)
        elif kind == "gap":
            self.gaps += 1
            return
        self._last = identity
        self.listening.set()

    def _hang_up(self, wire: socket.socket, until: float) -> None:
        self._stopping.wait(max(0.0, until - time.monotonic()))
        with contextlib.suppress(OSError):
            wire.shutdown(socket.SHUT_RDWR)


class Truth(Follower):
    """Asks each engine itself, all the time, whether it is usable: it answers, and says that it is connected.

    :ivar unusable: engines that are not, and since when (monotonic clock).
    """

    EVERY = 0.4

    def __init__(self, lab: Lab) -> None:
        super().__init__("truth")
        self._lab = lab
        self.unusable: dict[str, float] = {}

    def _run(self) -> None:
        threads = [threading.Thread(target=self._ask, args=(engine,), daemon=True) for engine in self._lab.engines]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _ask(self, engine) -> None:
        vpn = self._lab.vpn_of(engine)
        while not self._stopping.wait(self.EVERY):
            began = time.monotonic()
            if connected(vpn, engine):
                self.unusable.pop(engine.name, None)
            else:
                self.unusable.setdefault(engine.name, began)


class Listing(Follower):
    """Reads C(/engines) over one connection, again and again, and compares it with the truth.

    :ivar polls, errors: how many answers there were, and what was wrong with any.
    :ivar slowest: the slowest answer, seconds.
    :ivar wrong: for how long each engine was listed and unusable, at most, seconds.
    """

    EVERY = 0.2

    def __init__(self, url: str, truth: Truth) -> None:
        super().__init__("listing")
        self._address = url.partition("//")[2]
        self._truth = truth
        self.polls = 0
        self.errors: list[str] = []
        self.slowest = 0.0
        self.wrong: dict[str, float] = {}
        self.names: list[str] = []

    def _run(self) -> None:
        connection = http.client.HTTPConnection(self._address, timeout=10)
        both: dict[str, float] = {}
        while not self._stopping.wait(self.EVERY):
            began = time.monotonic()
            try:
                connection.request("GET", "/engines")
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException) as error:
                self.errors.append(f"{type(error).__name__}: {error}")
                connection.close()
                continue
            now = time.monotonic()
            self.polls += 1
            self.slowest = max(self.slowest, now - began)
            if answer.status != 200:
                self.errors.append(f"{answer.status}: {body[:200]!r}")
                continue
            self.names = sorted(item["container_name"] for item in json.loads(body))
            self._compare(both, began)

    def _compare(self, both: dict[str, float], now: float) -> None:
        unusable = dict(self._truth.unusable)
        for name in list(both):
            if name not in unusable or name not in self.names:
                del both[name]
        for name in self.names:
            if name in unusable:
                since = both.setdefault(name, now)
                self.wrong[name] = max(self.wrong.get(name, 0.0), now - since)


def wait(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether a condition came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.2)
    return True
