# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan: which steps are due now, and what comes next.

C(plan(memory, observation, policy, now) -> Plan) is pure. It acts on findings
only: a verdict that is unknown, in doubt or still starting gives no step.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import List

from ansible_collections.acestream.vpn.plugins.module_utils._assess import engine_condition
from ansible_collections.acestream.vpn.plugins.module_utils._assess.engine_condition import Condition, condition
from ansible_collections.acestream.vpn.plugins.module_utils._assess.engine_ladder import (
    attempt_due,
    drained_at,
    next_attempt,
    waits_for_streams,
)
from ansible_collections.acestream.vpn.plugins.module_utils._assess.gluetun_ladder import (
    cycle_deadline,
    cycle_due,
    next_restart,
    restart_due,
)
from ansible_collections.acestream.vpn.plugins.module_utils._assess.host import is_outdated
from ansible_collections.acestream.vpn.plugins.module_utils._model import maintenance_window
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import (
    HEALTHY,
    STOPPED,
    UNHEALTHY,
    GluetunMemory,
    Memory,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
    EngineEvidence,
    GluetunEvidence,
    Observation,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import (
    CONNECTION_LOSS,
    CONTAINER_RESTART,
    ENGINE_RECREATE,
    ENGINE_RESTART,
    ENGINE_START,
    GLUETUN_CYCLE,
    GLUETUN_RESTART,
    GLUETUN_START,
    INTERVAL,
    Pending,
    Plan,
    Step,
)
from ansible_collections.acestream.vpn.plugins.module_utils._plan.pool_steps import pool
from ansible_collections.acestream.vpn.plugins.module_utils._plan.port_steps import engine_port, gluetun_port
from ansible_collections.acestream.vpn.plugins.module_utils._plan.rolling import rolling


def plan(memory: Memory, observation: Observation, policy: Policy, now: float) -> Plan:
    """Decide from the memory that this observation has just been added to.

    An observation older than the memory gives no steps: somebody saw more since.
    """
    if is_outdated(memory, observation):
        return Plan(pending=tuple(Pending(name, "look again", now, watch=True) for name in observation.gluetuns))
    steps: List[Step] = []
    pending: List[Pending] = []
    going = {name for name, engine in memory.engines.items() if engine.surplus_since is not None}
    left_alone = {name: maintenance_window.of(memory, name, observation) for name in observation.gluetuns}
    for name, item in left_alone.items():
        if item is not None:
            # It is looked at as closely as ever, but there is nothing that a run should stay for.
            said = f"{maintenance_window.describe(item)}, nothing is done"
            pending.append(Pending(name, said, now + maintenance_window.left(item, observation)))
    for name, evidence in observation.gluetuns.items():
        gluetun = memory.gluetuns.get(name)
        if gluetun is None:
            continue
        if gluetun.in_doubt:
            pending.append(Pending(name, f"look again: {gluetun.why}", now + 1, watch=True))
        elif gluetun.starting:
            ends = _start_ends(evidence, gluetun, policy, now)
            pending.append(Pending(name, f"wait: {gluetun.why}", ends, watch=True))
        elif left_alone[name] is not None:
            continue
        elif gluetun.verdict == HEALTHY:
            gluetun_port(evidence, gluetun, policy, now, steps, pending)
            for engine in observation.engines_of(name).values():
                if engine.name not in going:
                    _engine(engine, evidence, gluetun, memory, policy, now, steps, pending)
        elif gluetun.verdict in (UNHEALTHY, STOPPED):
            _gluetun(name, evidence, gluetun, policy, now, steps, pending)
        else:
            pending.append(Pending(name, f"nothing is done, for nothing is known: {gluetun.why}"))
    steps = rolling(steps, memory, observation, policy, pending)
    pool(memory, observation, policy, now, [name for name, item in left_alone.items() if item], steps, pending)
    return Plan(tuple(steps), tuple(pending))


def _start_ends(evidence: GluetunEvidence, memory: GluetunMemory, policy: Policy, now: float) -> float:
    container = evidence.container
    if memory.starts_again and memory.starting_since is not None:
        return max(now, memory.starting_since + policy.start_period)
    if container is None or container.started_at is None:
        return now + INTERVAL
    return max(now, container.started_at + policy.start_period)


def _gluetun(
    name: str,
    evidence: GluetunEvidence,
    memory: GluetunMemory,
    policy: Policy,
    now: float,
    steps: List[Step],
    pending: List[Pending],
) -> None:
    """The ladder of a gluetun that is not healthy."""
    if memory.latched_since is not None:
        pending.append(Pending(name, "latched: waits for a person, or for the VPN to come back by itself"))
        return
    restart = restart_due(memory, evidence, policy, now)
    cycle = cycle_due(memory, evidence, policy, now)
    if restart is not None and memory.verdict == STOPPED:
        steps.append(Step(GLUETUN_START, CONTAINER_RESTART, name, restart, memory.why))
    elif restart is not None:
        reason = f"not healthy for {now - (memory.outage_since or now):.0f} s: {memory.why}"
        steps.append(Step(GLUETUN_RESTART, CONNECTION_LOSS, name, restart, reason))
    elif cycle is not None:
        reason = f"not healthy for {now - (memory.outage_since or now):.0f} s: {memory.why}"
        steps.append(Step(GLUETUN_CYCLE, CONNECTION_LOSS, name, cycle, reason))
    _gluetun_next(name, evidence, memory, policy, now, pending)


def _gluetun_next(
    name: str, evidence: GluetunEvidence, memory: GluetunMemory, policy: Policy, now: float, pending: List[Pending]
) -> None:
    restart = next_restart(memory, evidence, policy, now)
    if restart is None:
        if evidence.container is not None:
            hint = "start it yourself, or set recovery_start_stopped=always"
        else:
            hint = f"put that into recovery_gluetuns, or create {name}" if evidence.meant else "create it"
        pending.append(Pending(name, f"left alone, for it does not run ({memory.why}): {hint}"))
        return
    cycle = cycle_deadline(memory, evidence, policy)
    if cycle is not None and cycle > now:
        pending.append(Pending(name, "cycle the tunnel", cycle, watch=True))
    verb = "start" if memory.verdict == STOPPED else "restart"
    pending.append(Pending(name, f"{verb} the container", restart, watch=True))


def _engine(
    engine: EngineEvidence,
    evidence: GluetunEvidence,
    gluetun: GluetunMemory,
    memory: Memory,
    policy: Policy,
    now: float,
    steps: List[Step],
    pending: List[Pending],
) -> None:
    """One engine of a healthy gluetun."""
    remembered = memory.engines.get(engine.name)
    found = condition(engine, evidence, gluetun, policy, now, remembered)
    if remembered is None:
        return
    if found.kind == engine_condition.RIGHT:
        engine_port(engine, gluetun, remembered, policy, now, steps, pending)
        return
    if found.kind not in engine_condition.MENDABLE:
        watch = found.kind == engine_condition.UNKNOWN and not remembered.shown and engine.seen
        pending.append(Pending(engine.gluetun, found.why, None, engine.name, watch))
        return
    if remembered.latched_since is not None:
        pending.append(Pending(engine.gluetun, f"latched, waits for a person: {found.why}", None, engine.name))
        return
    due = attempt_due(remembered, found, engine, policy, now)
    if due is None:
        at = next_attempt(remembered, found, policy, now)
        pending.append(Pending(engine.gluetun, f"mend it: {found.why}", at, engine.name, watch=True))
        return
    until = drained_at(found, remembered, policy)
    if waits_for_streams(found, engine) and now < until:
        said = "its streams could not be counted" if engine.streams is None else f"{engine.streams} live stream(s)"
        pending.append(Pending(engine.gluetun, f"restart it when drained ({said}): {found.why}", until, engine.name))
        return
    steps.append(_engine_step(engine, gluetun, found, due, until, now))


def _engine_step(
    engine: EngineEvidence, gluetun: GluetunMemory, found: Condition, due: float, until: float, now: float
) -> Step:
    kind = {engine_condition.RECREATE: ENGINE_RECREATE, engine_condition.START: ENGINE_START}.get(
        found.kind, ENGINE_RESTART
    )
    failing = found.kind in (engine_condition.RECONNECT, engine_condition.FAILING)
    return Step(
        kind,
        CONNECTION_LOSS if failing else CONTAINER_RESTART,
        engine.gluetun,
        # A moment that lies ahead, because the clock was set back, could be met by no restart.
        due if found.since is None else min(found.since, now),
        found.why,
        engine.name,
        until if failing else None,
        # Where it gets a new container anyhow, it gets the right port with it.
        gluetun.forwarded_port if kind == ENGINE_RECREATE and engine.forwarded else None,
    )
