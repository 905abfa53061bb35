# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Holds the "never" list: sees every look, every change of the memory and every act, and knows the truth.

How long something lasted is measured on the clock C(World.age): by the host's own clock, but never backwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible_collections.acestream.vpn.plugins.module_utils._act import desired_engine as want_engine
from ansible_collections.acestream.vpn.plugins.module_utils._act import desired_gluetun as want_gluetun
from ansible_collections.acestream.vpn.plugins.module_utils._act import recreate_next as sequence
from ansible_collections.acestream.vpn.plugins.module_utils._assess.host import is_outdated
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import (
    HEALTHY,
    STOPPED,
    UNHEALTHY,
    UNKNOWN,
    GluetunMemory,
    Memory,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
    FAILED,
    OK,
    EngineEvidence,
    GluetunEvidence,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import UNKNOWN as UNPROBED
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import (
    RECONNECT_IP_CHANGE,
    RECONNECT_NEVER,
    START_ALWAYS,
    START_AUTO,
    START_NEVER,
    Policy,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import (
    ENGINE_RESTART,
    FAILOVER,
    GLUETUN_CYCLE,
    PORT_FORWARDING,
    Step,
)
from ansible_collections.acestream.vpn.plugins.module_utils._run.converge import Look

from tests.plain.simulation.containers import RESTARTS, SimulatedContainer
from tests.plain.simulation.evidence import looks_usable
from tests.plain.simulation.looks import Truth
from tests.plain.simulation.maintenance import MaintenanceWatch
from tests.plain.simulation.pool import PoolWatch
from tests.plain.simulation.start_watch import StartWatch
from tests.plain.simulation.violation import Violation
from tests.plain.simulation.world import LABEL, World

#: The clocks are sums of small fractions.
BIT = 0.01
HOUR = 3600.0


@dataclass(frozen=True)
class EngineOrder:
    """A step for an engine, and the look that led to it.

    :ivar begun: when the memory was looked into for the last time, mono: what is begun is completed.
    """

    step: Step
    action: str
    look: Look
    truth: Truth
    begun: float


@dataclass
class Seen:
    """What all looks at one gluetun showed.

    :ivar good_age: the last look that found it healthy; before the first: the first look.
    :ivar recoveries: (mono, age, seconds since the last good look) of each recovery.
    :ivar ip_changes: when a look showed another public IP than the one before, mono.
    :ivar attempts: our starts and restarts, age.
    :ivar port_age: the last look that found it healthy with a forwarded port, or not healthy.
    :ivar disturbed: our restarts, and our cycles for the forwarded port, age.
    """

    good_age: float
    bad: bool = False
    ip: str = ""
    down: bool | None = None
    hidden: bool = False
    recoveries: list[tuple[float, float, float]] = field(default_factory=list)
    ip_changes: list[float] = field(default_factory=list)
    attempts: list[float] = field(default_factory=list)
    port_age: float = 0.0
    disturbed: list[float] = field(default_factory=list)


class Watcher:
    def __init__(self, world: World, policy: Policy) -> None:
        self._world, self._policy = world, policy
        self.seen: dict[str, Seen] = {}
        self._usable_age: dict[str, float] = {}
        self._port_given_age: dict[str, float] = {}
        self._resetting = False
        self.maintenance = MaintenanceWatch(world)
        self.pool = PoolWatch(world, policy)
        self.starts = StartWatch(policy.start_period)
        self.acts = 0
        self.jumped = self.jumped_back = -1.0

    def reset(self) -> None:
        """A person asked for fresh budgets."""
        self._resetting = True
        for seen in self.seen.values():
            seen.attempts.clear()
            seen.disturbed.clear()

    # The memory

    def remembered(self, before: Memory, after: Memory) -> None:
        for name in before.maintenance:
            if name not in after.maintenance and self.maintenance.lasts(name, self._world.mono):
                raise Violation(f"the memory of the maintenance of {name or 'the host'} is lost")
        if self._resetting:
            return
        for name, gluetun in before.gluetuns.items():
            kept = after.gluetuns.get(name)
            if kept is None:
                raise Violation(f"the memory of {name} is lost")
            if len(kept.restarts) < len(gluetun.restarts) and self._world.age < 80_000:
                raise Violation(f"the memory of a restart of {name} is lost")
            if gluetun.outage_since is not None and kept.verdict in (UNHEALTHY, STOPPED) and kept.outage_since is None:
                raise Violation(f"the memory of the outage of {name} is lost")

    # Looks

    def looked(self, before: Memory, look: Look, truth: Truth, documents: dict[str, Any]) -> None:
        try:
            if is_outdated(before, look.observation):
                self._same(before, look)
                return
            for name in look.memory.maintenance:
                if self.maintenance.is_over(name, truth.mono):
                    raise Violation(f"the maintenance of {name or 'the host'} does not end")
            for name, evidence in look.observation.gluetuns.items():
                self._gluetun(name, evidence, look.memory.gluetuns[name], truth)
            self._messages(look)
            for name, engine in look.observation.engines.items():
                self._engine(name, engine, before, look, truth)
            self._documents(look, documents)
            self._last_capacity(look)
            for step in look.plan.steps:
                self._step(step, look, truth)
        finally:
            self._resetting = False

    def _same(self, before: Memory, look: Look) -> None:
        if look.plan.steps or (look.memory != before and not self._resetting):
            raise Violation("a look that is outdated had an effect")

    def _gluetun(self, name: str, evidence: GluetunEvidence, memory: GluetunMemory, truth: Truth) -> None:
        seen = self.seen.setdefault(name, Seen(truth.age))
        working = name in truth.working_gluetuns
        if not evidence.seen and memory.verdict != UNKNOWN:
            raise Violation(f"{name} was not seen and is judged {memory.verdict}")
        running = evidence.container is not None and evidence.container.running
        if running and evidence.egress == UNPROBED and memory.verdict != UNKNOWN and not memory.starting:
            raise Violation(f"the egress of {name} is not known and it is judged {memory.verdict}")
        self.starts.looked(name, evidence, memory, truth.age, max(self.jumped, self.jumped_back))
        if memory.verdict == UNHEALTHY and not memory.starting and working:
            raise Violation(f"{name} works and is judged unhealthy")
        if is_good(memory):
            if not working and not self._clock_misleads(name):
                raise Violation(f"{name} does not work and is judged healthy")
            if seen.bad:
                seen.recoveries.append((truth.mono, truth.age, truth.age - seen.good_age))
            seen.good_age, seen.bad = truth.age, False
        elif evidence.seen and (not running or evidence.egress == FAILED):
            seen.bad = True
        if not is_good(memory) or evidence.forwarded_port:
            seen.port_age = truth.age
        if evidence.public_ip:
            if seen.ip and evidence.public_ip != seen.ip:
                seen.ip_changes.append(truth.mono)
            seen.ip = evidence.public_ip

    def _clock_misleads(self, name: str) -> bool:
        """The clock was set in the half second in which a start can be told by nothing but the clock."""
        return self.jumped >= self._world.containers[name].started_mono and self._world.tunnels[name].leaks(
            self._world.mono - 1
        )

    def _messages(self, look: Look) -> None:
        """Each outage is announced once, and so is its end."""
        for said in look.transitions:
            if said.vpn not in self.seen:
                continue
            seen = self.seen[said.vpn]
            if said.kind == "gluetun_healthy":
                if seen.down is False:
                    raise Violation(f"{said.vpn} is said to be healthy twice")
                seen.down = seen.hidden = False
            elif said.kind in ("gluetun_unhealthy", "gluetun_stopped"):
                seen.down = True
            elif said.kind == "engines_hidden":
                if seen.hidden:
                    raise Violation(f"the engines of {said.vpn} are said to be hidden twice")
                seen.hidden = True

    def _engine(self, name: str, engine: EngineEvidence, before: Memory, look: Look, truth: Truth) -> None:
        gluetun = look.memory.gluetuns[engine.gluetun]
        usable = is_good(gluetun) and looks_usable(engine, look.observation)
        if usable:
            self._usable_age[name] = truth.age
        if not look.memory.engines[name].shown or usable and name in truth.usable_engines:
            return
        was = before.engines.get(name)
        if was is None or not was.shown:
            raise Violation(f"{name} is shown and was not seen to be usable")
        if engine.seen and (engine.container is None or not engine.container.running):
            raise Violation(f"{name} is shown and does not run")
        if gluetun.verdict in (UNHEALTHY, STOPPED) and not gluetun.in_doubt or gluetun.starting:
            raise Violation(f"{name} is shown and its gluetun is {gluetun.verdict}")
        if is_good(gluetun) and (engine.api == FAILED or engine.connected is False):
            raise Violation(f"{name} is shown and does not work")

    def _documents(self, look: Look, documents: dict[str, Any]) -> None:
        shown = {name for name in look.observation.engines if look.memory.engines[name].shown}
        if {item["container_name"] for item in documents["engines.json"]} != shown:
            raise Violation("the published engines are not those that are shown")

    def _last_capacity(self, look: Look) -> None:
        if any(engine.shown for engine in look.memory.engines.values()):
            return
        stepped = {step.engine for step in look.plan.steps}
        for name, engine in look.observation.engines.items():
            if name in stepped or not is_good(look.memory.gluetuns[engine.gluetun]):
                continue
            if self._is_on_its_way(name, engine, look):
                continue
            if looks_usable(engine, look.observation):
                raise Violation(f"{name} works, and is hidden although there is no other")

    def _is_on_its_way(self, name: str, engine: EngineEvidence, look: Look) -> bool:
        """Another run is about to restart it, or whether it has to be depends on an IP that is not known yet."""
        now = look.observation.at
        if any(now - at < self._policy.engine_restart_after for at in look.memory.engines[name].attempts):
            return True
        recovered = look.memory.gluetuns[engine.gluetun].connected_since
        by_ip = self._policy.restart_engines_on_reconnect == RECONNECT_IP_CHANGE
        return by_ip and recovered is not None and now - recovered < self._policy.start_period

    def _step(self, step: Step, look: Look, truth: Truth) -> None:
        self._must_be_ours(step.kind, step.vpn, self._world.mono)
        gluetun = look.memory.gluetuns[step.vpn]
        if gluetun.verdict == UNKNOWN or gluetun.in_doubt or gluetun.starting:
            raise Violation(f"{step.kind} is planned while nothing is known of {step.vpn}")
        if step.scenario == PORT_FORWARDING:
            self._port_step(step, look)
            return
        if step.scenario == FAILOVER:
            self.pool.planned(step, look)
            return
        if step.engine is None:
            if gluetun.verdict == HEALTHY or gluetun.latched_since is not None:
                raise Violation(f"{step.kind} is planned for {step.vpn}, which is {gluetun.verdict} or latched")
            return
        if gluetun.verdict != HEALTHY or look.memory.engines[step.engine].latched_since is not None:
            raise Violation(f"{step.kind} is planned for {step.engine}, which is latched or on a bad gluetun")
        engine = look.observation.engines[step.engine]
        if step.kind == ENGINE_RESTART and looks_usable(engine, look.observation):
            self._owed(step.engine, engine, truth)

    def _port_step(self, step: Step, look: Look) -> None:
        if not is_good(look.memory.gluetuns[step.vpn]):
            raise Violation(f"{step.kind} is planned for a port of {step.vpn}, which is not healthy")
        if step.engine is None:
            if step.kind != GLUETUN_CYCLE or look.observation.gluetuns[step.vpn].forwarded_port != 0:
                raise Violation(f"{step.kind} is planned for {step.vpn}, which is not known to lack a port")
        elif not self._is_forwarded(step, look) or step.p2p_port == look.observation.engines[step.engine].p2p_port:
            raise Violation(f"{step.engine} is to get a port that is not its own, or that it has")

    @staticmethod
    def _is_forwarded(step: Step, look: Look) -> bool:
        return look.observation.engines[step.engine].forwarded

    def _owed(self, name: str, engine: EngineEvidence, truth: Truth) -> None:
        """An engine that works is restarted for an outage of some length or another IP since it started, or not."""
        container = self._world.containers.get(name)
        if container is None or not self._world.is_joined(container):
            return
        if container.started_mono > truth.mono:
            # It was started after this look: what was planned on it is then found to be done.
            return
        seen, mode = self.seen[engine.gluetun], self._policy.restart_engines_on_reconnect
        longest = max((length for mono, _age, length in seen.recoveries if mono > container.started_mono), default=0.0)
        long = longest >= self._policy.cycle_after - BIT
        other_ip = any(mono > container.started_mono for mono in seen.ip_changes)
        if mode == RECONNECT_NEVER or not (other_ip or long) or (mode == RECONNECT_IP_CHANGE and not other_ip):
            raise Violation(f"{name} works and is to be restarted; longest outage since it started: {longest:.1f} s")

    def _must_be_ours(self, what: str, gluetun: str, mono: float) -> None:
        if self.maintenance.covers(gluetun, mono):
            raise Violation(f"{what}: {gluetun} is in maintenance")

    # Acts

    def acts_on_pool(self, gluetun: str, begun: float) -> None:
        """:param begun: when the memory was looked into for the last time, mono."""
        self._must_be_ours("a change of the pool", gluetun, begun)
        self.acts += 1

    def is_new(self, name: str) -> None:
        """Another engine has this name from now on."""
        self._usable_age.pop(name, None)
        self._port_given_age.pop(name, None)

    def acts_on_gluetun(
        self,
        action: str,
        container: SimulatedContainer,
        evidence: GluetunEvidence | None,
        worked: bool,
        looked: float,
        planned: float,
        for_port: bool = False,
    ) -> None:
        """:param worked: whether it did at the look right before, at C(looked).
        :param planned: when the look was taken that led to the step, mono.
        """
        self._must_be_ours(action, container.name, self._world.mono)
        self.acts += 1
        name, age = container.name, self._world.age
        if name not in self._world.gluetuns:
            raise Violation(f"{name} is touched and is not ours")
        if action in (want_gluetun.RESTART, want_gluetun.CYCLE) and self._world.mono - looked > want_gluetun.FRESH:
            raise Violation(f"{action} of {name} {self._world.mono - looked:.1f} s after the last look")
        if for_port:
            self._cycles_for_port(name, evidence, worked)
        elif action in (want_gluetun.RESTART, want_gluetun.CYCLE):
            if worked or evidence is None or not (evidence.egress == FAILED or _ended(evidence)):
                raise Violation(f"{action} of {name}, which works or of which nothing is known")
            waited, needed = age - self.seen[name].good_age, self._policy.restart_after
            if action == want_gluetun.CYCLE:
                needed = self._policy.cycle_after
            if waited < needed - BIT:
                raise Violation(f"{action} of {name} after {waited:.1f} s")
        else:
            self._may_start(container, planned)
        if for_port or action != want_gluetun.CYCLE:
            self.seen[name].disturbed.append(age)
        if action != want_gluetun.CYCLE:
            attempts = self.seen[name].attempts
            attempts.append(age)
            if sum(1 for at in attempts if at > age - HOUR) > self._policy.restart_budget:
                raise Violation(f"too many restarts of {name} in an hour")
            if sum(1 for at in attempts if at > self.seen[name].good_age) > self._policy.restart_budget:
                raise Violation(f"too many restarts of {name} in one outage")

    def _gives_port(self, name: str, order: EngineOrder) -> None:
        """A new port cuts no stream before its time, and comes at most once in a while."""
        age, world = self._world.age, self._world
        drained = order.step.drain_until is not None and world.wall() < order.step.drain_until
        if drained and world.engine_processes[name].streams:
            raise Violation(f"{name} has streams and is recreated for its port")
        if age - self._port_given_age.get(name, -1e9) < self._policy.port_min_interval - BIT:
            raise Violation(f"{name} is recreated for its port again after {age - self._port_given_age[name]:.1f} s")
        self._port_given_age[name] = age

    def _cycles_for_port(self, name: str, evidence: GluetunEvidence | None, worked: bool) -> None:
        """A tunnel that works is cycled for nothing but a port that has been gone for long, and seldom."""
        seen, age = self.seen[name], self._world.age
        if evidence is None or evidence.forwarded_port != 0 or evidence.egress != OK or not worked:
            raise Violation(f"{name} is cycled for a port that it may have, or while it does not work")
        if age - seen.port_age < self._policy.port_cycle_after - BIT:
            raise Violation(f"{name} is cycled for its port after {age - seen.port_age:.1f} s")
        if sum(1 for at in seen.disturbed if at > age - HOUR + BIT) >= self._policy.restart_budget:
            raise Violation(f"{name} is disturbed too often for its port")

    def acts_on_engine(self, order: EngineOrder, container: SimulatedContainer, part: str = "") -> None:
        """:param part: which step of a recreation it is."""
        self._must_be_ours(order.action, order.step.vpn, order.begun)
        self.acts += 1
        name, world = order.step.engine, self._world
        if name not in world.engine_processes or container.labels.get(LABEL) not in world.gluetuns:
            raise Violation(f"{container.name} is touched and is not ours")
        parent = world.containers.get(order.step.vpn)
        # When the new one runs, what is left of the old one may go at any time.
        if part != sequence.REMOVE_OLD and (parent is None or not parent.running):
            raise Violation(f"{order.action} of {name} while {order.step.vpn} does not run")
        if order.action == want_engine.START:
            self._may_start(container, order.truth.mono)
        if part == sequence.SET_ASIDE and order.step.scenario == PORT_FORWARDING:
            self._gives_port(name, order)
        if order.action == want_engine.RESTART and world.is_joined(container):
            if container.started_mono > order.truth.mono > self.jumped_back:
                raise Violation(f"{name} is restarted a second time on the same evidence")
            self._cuts(order, name)
        other_port = order.step.p2p_port not in (None, container.p2p_port)
        if part in (sequence.STOP_OLD, sequence.REMOVE_OLD) and world.is_joined(container) and not other_port:
            raise Violation(f"{name} is in the right namespace and is recreated")

    def _cuts(self, order: EngineOrder, name: str) -> None:
        """Live streams put a restart off until the drain time-out."""
        if not self._world.engine_processes[name].streams:
            return
        engine = order.look.observation.engines[name]
        if looks_usable(engine, order.look.observation):
            began = max((age for _mono, age, _length in self.seen[order.step.vpn].recoveries), default=0.0)
        else:
            began = self._usable_age.get(name, 0.0)
        if self._world.age - began < self._policy.drain_timeout - BIT:
            raise Violation(f"{name} is restarted after {self._world.age - began:.0f} s and has live streams")

    def _may_start(self, container: SimulatedContainer, planned: float) -> None:
        """What a person stops after the look that led to the step may still be started by it."""
        if container.halted_mono > planned:
            return
        mode = self._policy.start_stopped
        by_person = container.state == "paused" or (
            container.state == "exited"
            and container.told_to_stop
            and not container.error
            and container.restart_policy in RESTARTS
        )
        if mode == START_NEVER or (mode == START_AUTO and by_person):
            raise Violation(f"{container.name} was {container.state} by a person and is started")
        if container.state == "paused" and mode != START_ALWAYS:
            raise Violation(f"{container.name} is paused and is started")


def is_good(memory: GluetunMemory) -> bool:
    return memory.verdict == HEALTHY and not memory.starting and not memory.in_doubt


def _ended(evidence: GluetunEvidence) -> bool:
    """Docker is about to start it once more: nothing runs in it that could be probed."""
    return evidence.container is not None and evidence.container.state == "restarting"
