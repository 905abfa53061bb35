# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random faults of the lab, one at a time for each VPN and each engine, each undone after a while."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field

from lab import docker_api
from lab.cli import started_as
from lab.errors import LabError
from lab.faults import FAULTS
from lab.faults.fault import World
from tests.lab.soak.followers import Follower
from tests.lab.soak.history import Touch

#: Faults of a VPN that last until they are undone, with how often each is chosen; and those that do not.
_LASTING = {
    "provider-silent": 6,
    "gluetun-kill": 2,
    "gluetun-stop": 1,
    "gluetun-pause": 2,
    "api-401": 1,
    "api-500": 1,
    "api-silent": 1,
    "api-garbage": 1,
    "health-bad": 1,
    "dns-dead": 1,
    "port-change": 2,
    "port-none": 1,
}
_MOMENTARY = {"tunnel-kill": 2, "gluetun-restart": 3, "gluetun-crash": 2, "gluetun-recreate": 2}
_OF_ENGINES = {"engine-kill": 2, "engine-hang": 2}
#: What starts a container, once each, by its own nature.
_STARTS = (
    "gluetun-start",
    "gluetun-unpause",
    "gluetun-restart",
    "gluetun-crash",
    "gluetun-recreate",
    "engine-start",
)


@dataclass
class Figures:
    """How long things last, seconds, from and to."""

    lasts: tuple[float, float] = (4.0, 30.0)
    quiet: tuple[float, float] = (5.0, 30.0)


@dataclass
class Made:
    """One fault: when it was begun, when it had its effect, and when it was undone (None: not yet)."""

    name: str
    target: str
    began: float
    done: float
    undone: float | None = None


@dataclass
class Record:
    """What was done, for those who judge afterwards."""

    made: list[Made] = field(default_factory=list)
    touched: list[Touch] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        return dict(sorted(Counter(item.name for item in self.made).items()))


class Trouble(Follower):
    """Makes the faults of one VPN, or those of one engine.

    :param target: its name; a VPN's as ``vpn1``.
    """

    def __init__(self, prefix: str, target: str, seed: str, record: Record, figures: Figures) -> None:
        super().__init__(f"trouble-{target}")
        # A client of its own: one connection is for one thread.
        self._world = World(docker_api.connect(), started_as(prefix))
        self._target = target
        self._random = random.Random(seed)
        self._record = record
        self._figures = figures

    def _run(self) -> None:
        faults = {**_LASTING, **_MOMENTARY} if self._is_vpn else _OF_ENGINES
        while not self._stopping.wait(self._random.uniform(*self._figures.quiet)):
            name = self._random.choices(list(faults), list(faults.values()))[0]
            lasts = self._random.uniform(*self._figures.lasts)
            made = self._do(name)
            if made is None:
                continue
            self._record.made.append(made)
            if name not in _MOMENTARY:
                self._stopping.wait(lasts)
                self._undo(made)

    @property
    def _is_vpn(self) -> bool:
        return self._target.startswith("vpn")

    def _do(self, name: str) -> Made | None:
        fault = FAULTS[name]
        target = self._world.vpn(self._target.removeprefix("vpn")) if self._is_vpn else self._engine()
        touched, began = target.gluetun if self._is_vpn else target.name, time.time()
        try:
            fault.run(self._world, target)
        except LabError as error:
            # The collection was just mending it: a container that does not run has no switches.
            self._record.refused.append(f"{name} {self._target}: {error}")
            return None
        finally:
            if name in _STARTS:
                self._record.touched.append(Touch(touched, began, time.time()))
        return Made(name, touched, began, time.time())

    def _undo(self, made: Made) -> None:
        """Undo it, however often that takes: at the end the world has to be as it was."""
        opposite, deadline = FAULTS[made.name].opposite, time.monotonic() + 60
        while self._do(opposite) is None and time.monotonic() < deadline:
            # Its container does not run just now, or is another one: the fault went with it, or soon can be undone.
            time.sleep(1.0)
        made.undone = time.time()

    def _engine(self):
        return next(engine for engine in self._world.lab.engines if engine.name == self._target)
