# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""No gluetun is taken for one that is starting for longer than one start may take, however often it is started."""

from __future__ import annotations

from typing import Any

from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import HEALTHY, GluetunMemory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import FAILED, GluetunEvidence

from tests.plain.simulation.violation import Violation


class StartWatch:
    """:param period: how long a start may take, seconds."""

    def __init__(self, period: float) -> None:
        self._period = period
        #: By gluetun: what must stay the same, and when the first and the last look were that found it so, age.
        self._chains: dict[str, tuple[Any, float, float]] = {}

    def looked(self, name: str, evidence: GluetunEvidence, memory: GluetunMemory, age: float, jumped: float) -> None:
        """:param jumped: when the host's clock was last set."""
        container = evidence.container
        if container is None or not memory.starting or memory.known != HEALTHY:
            self._chains.pop(name, None)
            return
        if container.state != "restarting" and evidence.egress != FAILED:
            return  # it tells nothing: a connection that left beside the tunnel, or none that could be tried
        same = (container.id, memory.restarts, jumped)
        before, first, last = self._chains.get(name, (same, age, age))
        if before != same or age - last > self._period:
            first = age
        if age - first > self._period:
            raise Violation(f"{name} is still said to be starting after {age - first:.0f} s")
        self._chains[name] = (same, first, age)
