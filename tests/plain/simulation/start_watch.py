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
        #: By gluetun: what must stay the same, when the first and the last look were that found it so, age, and while
        #: it has not been started once since it ended: when it was before that.
        self._chains: dict[str, tuple[Any, float, float, float | None]] = {}

    def looked(self, name: str, evidence: GluetunEvidence, memory: GluetunMemory, age: float, jumped: float) -> None:
        """:param jumped: when the host's clock was last set."""
        container = evidence.container
        if container is None or not memory.starting or memory.known != HEALTHY:
            self._chains.pop(name, None)
            return
        if container.state != "restarting" and evidence.egress != FAILED:
            return  # it tells nothing: a connection that left beside the tunnel, or none that could be tried
        same = (container.id, memory.restarts, jumped)
        waits = container.started_at if container.state == "restarting" else None
        before, first, last, waited = self._chains.get(name, (same, age, age, waits))
        if before != same or age - last > self._period:
            first, waited = age, waits
        if waited is not None and waits != waited:
            # The first start since it ended was some time after that, and has its period.
            first, waited = age, None
        if age - first > self._period:
            raise Violation(f"{name} is still said to be starting after {age - first:.0f} s")
        self._chains[name] = (same, first, age, waited)
