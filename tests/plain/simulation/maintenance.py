# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which maintenance a person has ordered, measured on the clock that never jumps and that tells the truth."""

from __future__ import annotations

from dataclasses import dataclass

from tests.plain.simulation.world import World

#: The name that stands for the whole host.
HOST = ""
#: The clocks are sums of small fractions.
BIT = 0.01


@dataclass
class Ordered:
    """One maintenance. Times are mono.

    :ivar clock_set: the host's clock was set since: over a reboot nobody can tell any more what is left.
    """

    began: float
    ends: float
    boot: int
    clock_set: bool = False


class MaintenanceWatch:
    """What was ordered for each gluetun and for the host."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._ordered: dict[str, Ordered] = {}

    def begins(self, name: str, seconds: float) -> None:
        now, world = self._world.mono, self._world
        began = self._ordered[name].began if self.lasts(name, now) else now
        self._ordered[name] = Ordered(began, now + seconds, world.boot)

    def ends(self, name: str) -> None:
        """A person ends it early; the host's ends all."""
        for each in list(self._ordered) if name == HOST else [name]:
            self._ordered.pop(each, None)

    def clock_was_set(self) -> None:
        for item in self._ordered.values():
            item.clock_set = True

    def lasts(self, name: str, mono: float) -> bool:
        """It was certainly under way at a moment."""
        item = self._ordered.get(name)
        return item is not None and self._is_certain(item) and item.began <= mono < item.ends - BIT

    def is_over(self, name: str, mono: float) -> bool:
        """It was certainly not under way any more at a moment."""
        item = self._ordered.get(name)
        return item is None or (self._is_certain(item) and mono > item.ends + BIT)

    def covers(self, gluetun: str, mono: float) -> bool:
        return self.lasts(gluetun, mono) or self.lasts(HOST, mono)

    def _is_certain(self, item: Ordered) -> bool:
        return item.boot == self._world.boot or not item.clock_set
