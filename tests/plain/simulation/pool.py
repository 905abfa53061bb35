# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must never be done to the pool."""

from __future__ import annotations

from ansible_collections.acestream.vpn.plugins.module_utils._act.engine_spec import Allocation
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import HEALTHY
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import ENGINE_CREATE, Step
from ansible_collections.acestream.vpn.plugins.module_utils._run.converge import Look

from tests.plain.simulation.containers import SimulatedContainer
from tests.plain.simulation.evidence import looks_usable
from tests.plain.simulation.violation import Violation
from tests.plain.simulation.world import LABEL, RANGES, World

BIT = 0.01


def _works(look: Look, name: str) -> bool:
    engine = look.observation.engines.get(name)
    return engine is not None and looks_usable(engine, look.observation)


class PoolWatch:
    """Looks at each change of the pool, before it is made."""

    def __init__(self, world: World, policy: Policy) -> None:
        self._world, self._policy = world, policy

    def planned(self, step: Step, look: Look) -> None:
        if not self._policy.min_replicas:
            raise Violation(f"{step.kind} is planned, and there is no pool")
        memory = look.memory.gluetuns[step.vpn]
        if memory.verdict != HEALTHY or memory.starting or memory.in_doubt or memory.outage_since is not None:
            raise Violation(f"{step.kind} is planned on {step.vpn}, which is {memory.verdict}")
        if step.kind == ENGINE_CREATE:
            back = memory.connected_since
            if back is not None and look.observation.at - back < self._policy.failback_delay - BIT:
                raise Violation(f"{step.kind} is planned on {step.vpn} as soon as it is back")
            return
        staying = [name for name, engine in look.memory.engines.items() if engine.surplus_since is None]
        working = [name for name in staying if _works(look, name)]
        if len(working) < self._policy.min_replicas:
            raise Violation(f"{step.engine} is to be removed while only {len(working)} others do their work")
        if look.memory.engines[step.engine].shown:
            raise Violation(f"{step.engine} is to be removed, and is offered to viewers")
        if not any(engine.shown for engine in look.memory.engines.values()):
            raise Violation(f"{step.engine} is to be removed, and no other serves")

    def creates(self, place: Allocation) -> None:
        world = self._world
        parent = world.containers.get(place.gluetun)
        if parent is None or not parent.running:
            raise Violation(f"{place.name} is created while {place.gluetun} does not run")
        there = [container for container in world.containers.values() if container.labels.get(LABEL) == place.gluetun]
        first, last = RANGES[place.gluetun]
        if not first <= place.http_port <= last or place.http_port in [container.http_port for container in there]:
            raise Violation(f"{place.name} gets the port {place.http_port}, which is not free")
        if place.p2p_port in [container.p2p_port for container in there]:
            raise Violation(f"{place.name} gets the P2P port {place.p2p_port}, which is not free")
        if place.forwarded and any(world.is_forwarded(container.name) for container in there):
            raise Violation(f"{place.name} is a second forwarded engine of {place.gluetun}")

    def removes(self, container: SimulatedContainer, hidden_for: float) -> None:
        """:param hidden_for: how long it has been too many by now, seconds."""
        world = self._world
        if container.labels.get(LABEL) not in world.gluetuns or container.name not in world.engine_processes:
            raise Violation(f"{container.name} is removed and is not ours")
        if world.engine_processes[container.name].streams and hidden_for < self._policy.drain_timeout - BIT:
            raise Violation(f"{container.name} has streams and is removed after {hidden_for:.1f} s")

    def wrong(self) -> list[str]:
        """What is not as it should be, once the world is well and all runs are over."""
        if not self._policy.min_replicas:
            return []
        world = self._world
        engines = {
            name: [each for each in world.containers.values() if each.labels.get(LABEL) == name]
            for name in world.gluetuns
        }
        counts = [len(each) for each in engines.values()]
        found = []
        if sum(counts) != self._policy.min_replicas or max(counts) - min(counts) > 1:
            found.append(f"the engines are spread {counts}")
        for name, there in engines.items():
            forwarded = [container.name for container in there if world.is_forwarded(container.name)]
            if len(forwarded) > 1 or (not forwarded and world.tunnels[name].port(world.mono)):
                found.append(f"forwarded engines of {name}: {forwarded}")
        return found
