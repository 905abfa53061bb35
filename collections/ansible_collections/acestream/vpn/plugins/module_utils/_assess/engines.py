# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Assessment of the engines: which of them may get a new stream, and which are in trouble for how long.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Collection, Dict, List, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._assess import engine_condition
from ansible_collections.acestream.vpn.plugins.module_utils._assess.engine_condition import Condition, condition
from ansible_collections.acestream.vpn.plugins.module_utils._assess.engine_ladder import (
    attempt_due,
    budget_spent,
    waits_for_streams,
)
from ansible_collections.acestream.vpn.plugins.module_utils._assess.forwarded_port import port_due_at
from ansible_collections.acestream.vpn.plugins.module_utils._assess.pool import shape
from ansible_collections.acestream.vpn.plugins.module_utils._model import transition
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import (
    HEALTHY,
    UNKNOWN,
    EngineMemory,
    GluetunMemory,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import OK, EngineEvidence, Observation
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import CRITICAL, INFO, WARN, Transition


def assess_engines(
    before: Dict[str, EngineMemory],
    gluetuns: Dict[str, GluetunMemory],
    observation: Observation,
    policy: Policy,
    now: float,
    in_maintenance: Collection[str] = (),
) -> Tuple[Dict[str, EngineMemory], List[Transition]]:
    """Add one look to the memory of every engine.

    :param gluetuns: those of the same look.
    :param in_maintenance: the gluetuns for whose engines nothing is done now.
    """
    transitions: List[Transition] = []
    conditions: Dict[str, Condition] = {}
    after: Dict[str, EngineMemory] = {}
    for name, engine in observation.engines.items():
        memory = before.get(name) or EngineMemory(engine.gluetun, first_seen=now)
        memory = _seen(memory, engine, now)
        gluetun = gluetuns.get(engine.gluetun)
        evidence = observation.gluetuns.get(engine.gluetun)
        if gluetun is None or evidence is None:
            after[name] = replace(memory, shown=False, reason=f"its gluetun {engine.gluetun} is not looked after")
        elif gluetun.verdict == HEALTHY and not gluetun.starting and not gluetun.in_doubt:
            conditions[name] = condition(engine, evidence, gluetun, policy, now, memory)
            may_latch = engine.gluetun not in in_maintenance
            after[name] = _on_healthy(engine, memory, conditions[name], transitions, policy, now, may_latch)
        else:
            after[name] = _on_other(memory, gluetun, engine)
    _keep_last_capacity(after, conditions, observation, in_maintenance)
    _drain_for_port(after, conditions, gluetuns, observation, policy, now, in_maintenance)
    _drain_surplus(after, gluetuns, observation, policy, now, in_maintenance)
    _announce(before, after, conditions, transitions, now)
    # A listing that failed says nothing of the engines that it lacks.
    if not observation.engines_listed:
        after = {**before, **after}
    return after, transitions


def _seen(memory: EngineMemory, engine: EngineEvidence, now: float) -> EngineMemory:
    return replace(
        memory,
        gluetun=engine.gluetun,
        last_seen=now if engine.seen and engine.container is not None else memory.last_seen,
        last_stream_at=now if engine.streams else memory.last_stream_at,
        answered_at_port=engine.http_port if engine.api == OK else memory.answered_at_port,
        attempts=tuple(min(at, now) for at in memory.attempts),
        port_given_at=None if memory.port_given_at is None else min(memory.port_given_at, now),
    )


def _on_other(memory: EngineMemory, gluetun: GluetunMemory, engine: EngineEvidence) -> EngineMemory:
    """Its gluetun is not healthy, or nobody knows."""
    if engine.seen and (engine.container is None or not engine.container.running):
        return replace(memory, shown=False, reason="its container does not run")
    if gluetun.verdict == UNKNOWN or gluetun.in_doubt:
        # What was known stays: a failure to look hides nothing, and shows nothing.
        return memory if memory.shown else replace(memory, reason=memory.reason or "its VPN has not been seen healthy")
    return replace(memory, shown=False, reason="its VPN is starting" if gluetun.starting else "its VPN is not healthy")


def _on_healthy(
    engine: EngineEvidence,
    memory: EngineMemory,
    found: Condition,
    transitions: List[Transition],
    policy: Policy,
    now: float,
    may_latch: bool,
) -> EngineMemory:
    name = engine.name
    if found.kind == engine_condition.UNKNOWN:
        if engine.seen and engine.container is not None and not engine.container.running:
            # Docker is about to start it again: nothing to mend, and nothing to offer either.
            return replace(memory, shown=False, reason=found.why)
        return memory if memory.shown else replace(memory, reason=found.why)
    if found.kind == engine_condition.RIGHT:
        if memory.latched_since is not None:
            message = f"Engine {name} came back by itself: it is looked after again"
            transitions.append(Transition(now, INFO, "engine_unlatched", message, memory.gluetun, name))
        return replace(memory, shown=True, reason="", wrong_since=None, attempts=(), latched_since=None)
    memory = replace(memory, shown=False, reason=found.why)
    if found.kind not in engine_condition.MENDABLE:
        return replace(memory, wrong_since=None)
    began = now if memory.wrong_since is None else min(memory.wrong_since, now)
    memory = replace(memory, wrong_since=began)
    if (
        may_latch
        and memory.latched_since is None
        and budget_spent(memory, policy)
        and attempt_due(memory, found, engine, policy, now)
    ):
        message = (
            f"Engine {name} is still not usable after {policy.engine_budget} attempts ({found.why}): no more until "
            "it comes back by itself or a run is started with recovery_reset=true"
        )
        transitions.append(Transition(now, CRITICAL, "engine_latched", message, memory.gluetun, name))
        memory = replace(memory, latched_since=now)
    return memory


def _keep_last_capacity(
    engines: Dict[str, EngineMemory],
    conditions: Dict[str, Condition],
    observation: Observation,
    in_maintenance: Collection[str],
) -> None:
    """Engines that work and are merely being drained stay on show while there is no other engine.

    So do those whose restart has to wait for the end of a maintenance.
    """
    if any(memory.shown for memory in engines.values()):
        return
    for name, found in conditions.items():
        engine = observation.engines[name]
        waits = engine.gluetun in in_maintenance or waits_for_streams(found, engine)
        if found.kind == engine_condition.RECONNECT and engine.connected and waits:
            engines[name] = replace(engines[name], shown=True)


def _drain_for_port(
    engines: Dict[str, EngineMemory],
    conditions: Dict[str, Condition],
    gluetuns: Dict[str, GluetunMemory],
    observation: Observation,
    policy: Policy,
    now: float,
    in_maintenance: Collection[str],
) -> None:
    """An engine that waits for its streams to end, to get a new port, gets no further ones where others can serve."""
    for name, found in conditions.items():
        engine, memory = observation.engines[name], engines[name]
        if found.kind != engine_condition.RIGHT or engine.streams == 0 or engine.gluetun in in_maintenance:
            continue
        due = port_due_at(engine, gluetuns[engine.gluetun], memory, policy)
        if due is not None and due <= now and any(item.shown for other, item in engines.items() if other != name):
            engines[name] = replace(memory, shown=False, reason="it is drained, to get its new forwarded port")


def _drain_surplus(
    engines: Dict[str, EngineMemory],
    gluetuns: Dict[str, GluetunMemory],
    observation: Observation,
    policy: Policy,
    now: float,
    in_maintenance: Collection[str],
) -> None:
    """Engines that are too many get no new streams, where others can serve."""
    surplus = shape(gluetuns, engines, observation, policy, now).surplus
    for name in observation.engines:
        memory = engines[name]
        if name not in surplus or memory.gluetun in in_maintenance:
            engines[name] = replace(memory, surplus_since=None)
            continue
        if memory.shown and not any(item.shown for other, item in engines.items() if other not in surplus):
            engines[name] = replace(memory, surplus_since=None)
            continue
        since = now if memory.surplus_since is None else min(memory.surplus_since, now)
        reason = "it is one too many, now that all VPNs have their share"
        engines[name] = replace(memory, surplus_since=since, shown=False, reason=reason)


def _announce(
    before: Dict[str, EngineMemory],
    after: Dict[str, EngineMemory],
    conditions: Dict[str, Condition],
    transitions: List[Transition],
    now: float,
) -> None:
    """Say which engines came and went, together where they have it in common; a whole VPN's go with its outage."""
    came: Dict[Tuple[str, str], List[str]] = {}
    went: Dict[Tuple[str, str], List[str]] = {}
    surplus: Dict[str, List[str]] = {}
    for name, memory in after.items():
        was_shown = name in before and before[name].shown
        if memory.shown and not was_shown and name in before:
            came.setdefault((memory.gluetun, ""), []).append(name)
        elif was_shown and memory.surplus_since is not None:
            surplus.setdefault(memory.gluetun, []).append(name)
        elif was_shown and not memory.shown and name in conditions:
            went.setdefault((memory.gluetun, memory.reason), []).append(name)
    for (vpn, reason), names in went.items():
        message = f"Not available any more, for {reason}: {', '.join(names)}"
        transitions.append(Transition(now, WARN, "engines_lost", message, vpn, data={"engines": names}))
    for vpn, names in surplus.items():
        transitions.append(transition.draining(now, vpn, names))
    for (vpn, _reason), names in came.items():
        message = f"Available again: {', '.join(names)}"
        transitions.append(Transition(now, INFO, "engines_shown", message, vpn, data={"engines": names}))
