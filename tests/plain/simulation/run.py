# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A convergence run, as the role makes it: observe, assess, plan, act, look again.

It is a generator that yields how many seconds pass until it goes on, so that a script can interleave
runs, freeze them, and kill them at every point. Judgement and the choice of what to do are the
collection's own code; only looking and acting are simulated.
"""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.acestream.vpn.plugins.module_utils._model import steps as steps_module
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._run.converge import (
    _DOUBT_LOOKS,
    LOOK_AGAIN,
    Convergence,
    Look,
)
from ansible_collections.acestream.vpn.plugins.module_utils._run.report import VERIFY_FOR

from tests.plain.simulation.looks import Truth, observe
from tests.plain.simulation.mend_engine import mend_engines
from tests.plain.simulation.mend_gluetun import mend_gluetun
from tests.plain.simulation.mend_pool import mend_pool
from tests.plain.simulation.shared import LockBusy, SimulatedStore
from tests.plain.simulation.violation import Violation
from tests.plain.simulation.watcher import Watcher
from tests.plain.simulation.world import World

#: Seconds that a look takes.
LOOK_TAKES = 0.2
#: Rounds in a row that plan steps and make none.
IDLE_ROUNDS = 10


class Eye:
    """Looks at the host, in two parts: seeing, and adding what was seen to the memory."""

    def __init__(self, world: World, store: SimulatedStore, watcher: Watcher, policy: Policy, reset: bool) -> None:
        self._world, self._store, self._watcher, self._reset = world, store, watcher, reset
        self._seen = observe(world)
        self._host = Convergence(lambda: self._seen[0], store, policy, read_only=False, reset=reset)

    def see(self) -> None:
        self._seen = observe(self._world)

    def add(self) -> tuple[Look, Truth]:
        if self._reset:
            self._watcher.reset()
            self._reset = False
        before = self._store.memory
        look = self._host.look()
        self._watcher.looked(before, look, self._seen[1], self._store.documents)
        return look, self._seen[1]


class Run:
    """One run.

    :ivar last: the look that it ended with.
    """

    def __init__(
        self,
        who: str,
        world: World,
        store: SimulatedStore,
        watcher: Watcher,
        policy: Policy,
        watch_for: float,
        reset: bool = False,
    ) -> None:
        self.who, self._world, self._store, self._watcher, self._policy = who, world, store, watcher, policy
        self._watch_for = watch_for
        self._eye = Eye(world, store, watcher, policy, reset)
        self.last: Look | None = None

    def go(self) -> Iterator[float]:
        try:
            yield from self._rounds()
        except LockBusy:
            return  # the play fails; another run is at work
        finally:
            self._store.unlock(self.who)

    def _rounds(self) -> Iterator[float]:
        began, acted, idle = self._world.wall(), False, 0
        while True:
            until = began + self._watch_for
            if acted:
                until = max(until, self._world.wall() + VERIFY_FOR)
            look, truth = yield from self._watch(until)
            self.last = look
            if not look.plan.steps and (look.plan.settled or look.observation.at >= until):
                return
            acts = self._watcher.acts
            yield from self._act(look, truth)
            acted = bool(look.plan.steps)
            idle = idle + 1 if acted and self._watcher.acts == acts and self._world.docker == "ok" else 0
            if idle >= IDLE_ROUNDS:
                raise Violation(f"a run turns in circles: {look.plan.steps[0].kind}, which nobody makes")

    def _watch(self, until: float) -> Iterator[float]:
        """As C(Convergence.run) does, with a pause between seeing and adding."""
        doubts = 0
        while True:
            began = self._world.mono
            self._eye.see()
            yield LOOK_TAKES
            look, truth = self._eye.add()
            doubts = doubts + 1 if look.in_doubt else 0
            if look.plan.steps or look.plan.settled or (look.transitions and not look.in_doubt):
                return look, truth
            if look.observation.at >= until and not 0 < doubts < _DOUBT_LOOKS:
                return look, truth
            yield max(0.0, LOOK_AGAIN - (self._world.mono - began))

    def _act(self, look: Look, truth: Truth) -> Iterator[float]:
        for scenario in (steps_module.CONTAINER_RESTART, steps_module.CONNECTION_LOSS, steps_module.PORT_FORWARDING):
            steps = [step for step in look.plan.steps if step.scenario == scenario]
            for step in steps:
                if step.engine is None:
                    yield from mend_gluetun(self.who, self._world, self._store, self._watcher, step, truth.mono)
            engines = [step for step in steps if step.engine is not None]
            if engines:
                yield from mend_engines(self.who, self._world, self._store, self._watcher, engines, look, truth)
        if any(step.scenario == steps_module.FAILOVER for step in look.plan.steps):
            yield from mend_pool(self.who, self._world, self._store, self._watcher, self._eye)
