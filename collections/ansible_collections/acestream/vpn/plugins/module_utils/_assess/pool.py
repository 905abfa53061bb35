# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pool: how many engines each gluetun should have, how many it lacks, and which are too many.

Pure. The assessment (which are on their way out, and hidden?) and the plan (what is to be
done?) ask here, so that they never disagree.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Dict, List, Mapping, Optional, Set, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._assess import engine_condition
from ansible_collections.acestream.vpn.plugins.module_utils._assess.engine_condition import condition
from ansible_collections.acestream.vpn.plugins.module_utils._assess.ladder import deadlines, upcoming
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import (
    HEALTHY,
    STOPPED,
    UNHEALTHY,
    EngineMemory,
    GluetunMemory,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import EngineEvidence, Observation
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import CAPACITY_REPLACE, Policy
from ansible_collections.acestream.vpn.plugins.module_utils._model.port_range import PORTS_EACH, free

#: Wait after the first failed creation, seconds; it doubles.
_CREATE_AGAIN = 60.0


@dataclass(frozen=True)
class Pool:
    """How things should be.

    :ivar targets: how many engines each gluetun that serves should have.
    :ivar missing: how many it lacks and may be given now.
    :ivar short: how many engines are lacking for which no gluetun that serves has ports left.
    :ivar surplus: names of engines that are too many.
    :ivar awaited: gluetuns that get their share, or let others give up theirs, once they have been healthy for longer.
    :ivar certain: all that serve are known to work just now, so that an engine may be removed.
    """

    targets: Dict[str, int] = field(default_factory=dict)
    missing: Dict[str, int] = field(default_factory=dict)
    short: int = 0
    surplus: Tuple[str, ...] = ()
    certain: bool = False
    awaited: Tuple[str, ...] = ()


def shape(
    gluetuns: Mapping[str, GluetunMemory],
    engines: Mapping[str, EngineMemory],
    observation: Observation,
    policy: Policy,
    now: float,
) -> Pool:
    """Compare the pool with what there is.

    A gluetun that cannot be looked at just now keeps its share, and gets no engine. One that has come back keeps what
    it has, and gets its share only after C(failback_delay); until then no other gives anything up.
    """
    if not policy.min_replicas or not observation.engines_listed:
        return Pool()
    serving = [name for name in observation.gluetuns if _has_share(gluetuns.get(name), policy)]
    if not serving:
        return Pool()
    present = {name: _present(observation, name) for name in serving}
    counts = {name: len(present[name]) for name in serving}
    fixed = {name: sum(1 for engine in present[name] if not engine.owned) for name in serving}
    rooms = {name: _room(observation, gluetuns.get(name), name) for name in serving}
    returning = [name for name in serving if _is_returning(gluetuns.get(name), policy, now)]
    final = spread(policy.min_replicas, fixed, counts, {name: counts[name] + rooms[name] for name in serving})
    for name in returning:
        # What it has counts, and is left as it is for now.
        fixed[name], rooms[name] = counts[name], 0
    targets = spread(policy.min_replicas, fixed, counts, {name: counts[name] + rooms[name] for name in serving})
    missing: Dict[str, int] = {}
    for name in serving:
        lacks = max(0, targets[name] - counts[name])
        if not lacks and targets[name] > fixed[name] and _lacks_forwarded(present[name], gluetuns.get(name)):
            # One is made for the port that is forwarded; another one is then too many, and goes.
            lacks = min(1, rooms[name])
        # The ports of an engine that could not be looked at may be any.
        known = all(engine.seen and engine.container is not None for engine in present[name])
        if lacks and known and may_create(gluetuns.get(name), observation, name, policy, now):
            missing[name] = lacks
    certain = not returning and all(_works(gluetuns.get(name)) for name in serving)
    return Pool(
        targets,
        missing,
        0 if returning else max(0, policy.min_replicas - sum(targets.values())),
        _surplus(targets, present, gluetuns, engines, observation, policy, now, certain),
        certain,
        tuple(returning) if final != counts else (),
    )


def spread(
    total: int, fixed: Mapping[str, int], counts: Mapping[str, int], limits: Mapping[str, int]
) -> Dict[str, int]:
    """Share out C(total) engines: counts differ by one at most, as far as what is fixed and the limits allow.

    The one that is left over goes where an engine is already, so that none has to move.

    :param fixed: how many engines each gluetun has that must stay; its share is never less.
    :param counts: how many it has.
    :param limits: how many it can have.
    """
    shares = dict(fixed)
    order = list(fixed)
    for _each in range(total - sum(shares.values())):
        open_ones = [name for name in order if shares[name] < limits[name]]
        if not open_ones:
            break
        chosen = min(open_ones, key=lambda name: (shares[name], shares[name] - counts[name], order.index(name)))
        shares[chosen] += 1
    return shares


def may_create(
    memory: Optional[GluetunMemory], observation: Observation, name: str, policy: Policy, now: float
) -> bool:
    """Whether an engine may be made on a gluetun now: it works, and the last failure is long enough ago."""
    evidence = observation.gluetuns[name]
    if memory is None or not _works(memory) or evidence.container is None or not evidence.container.running:
        return False
    if not _is_established(memory, policy, now):
        return False
    again = create_again_at(memory, policy)
    return again is None or now >= again


def create_again_at(memory: GluetunMemory, policy: Policy) -> Optional[float]:
    """When the next attempt to create engines may be made after failures; None: nothing failed."""
    if not memory.create_failures:
        return None
    began, last = memory.create_failures[0], memory.create_failures[-1]
    return upcoming(deadlines(began, _CREATE_AGAIN, _CREATE_AGAIN * 2, policy.restart_interval_max), last)


def number(name: str) -> int:
    """The number that a name ends with; -1: with none."""
    found = re.search(r"(\d{1,9})$", name)
    return int(found[1]) if found else -1


def _has_share(memory: Optional[GluetunMemory], policy: Policy) -> bool:
    """Whether engines are to be on it: not on one that has failed, unless nobody takes over from it."""
    if policy.failover_capacity != CAPACITY_REPLACE or memory is None:
        return True
    return memory.outage_since is None and memory.known not in (UNHEALTHY, STOPPED)


def _is_returning(memory: Optional[GluetunMemory], policy: Policy, now: float) -> bool:
    """It works again, and not for long enough yet to rely on it."""
    if memory is None or memory.outage_since is not None or memory.known != HEALTHY:
        return False
    return not _is_established(memory, policy, now)


def _is_established(memory: GluetunMemory, policy: Policy, now: float) -> bool:
    if memory.outage_since is not None or memory.known != HEALTHY:
        return False
    return memory.connected_since is None or now - memory.connected_since >= policy.failback_delay


def _works(memory: Optional[GluetunMemory]) -> bool:
    """It is known to work at this moment."""
    return memory is not None and memory.verdict == HEALTHY and not memory.starting and not memory.in_doubt


def _present(observation: Observation, gluetun: str) -> List[EngineEvidence]:
    """Its engines, in whatever condition: what is there is mended, not replaced. One that is gone is."""
    engines = observation.engines_of(gluetun).values()
    return [engine for engine in engines if engine.container is not None or engine.aside or not engine.seen]


def _room(observation: Observation, memory: Optional[GluetunMemory], name: str) -> int:
    forwarded = None if memory is None else memory.forwarded_port
    return len(free(observation.gluetuns[name].ports, observation.engines_of(name).values(), forwarded)) // PORTS_EACH


def _lacks_forwarded(present: List[EngineEvidence], memory: Optional[GluetunMemory]) -> bool:
    if memory is None or memory.forwarded_port is None:
        return False
    # Of one that could not be looked at nobody knows whether it is the one.
    return not any(engine.forwarded or engine.container is None for engine in present)


def _surplus(
    targets: Mapping[str, int],
    present: Mapping[str, List[EngineEvidence]],
    gluetuns: Mapping[str, GluetunMemory],
    engines: Mapping[str, EngineMemory],
    observation: Observation,
    policy: Policy,
    now: float,
    certain: bool,
) -> Tuple[str, ...]:
    """Which engines are too many, once all others do their part."""
    marked = {name for name, memory in engines.items() if memory.surplus_since is not None}
    if not certain:
        return tuple(name for name in observation.engines if name in marked)
    everyone = [engine for there in present.values() for engine in there]
    working = {engine.name for engine in everyone if _does_its_part(engine, observation, gluetuns, policy, now)}
    going: List[str] = []
    for gluetun, there in present.items():
        doubled = _doubled(there)
        spare = doubled if targets[gluetun] else [engine.name for engine in there if engine.forwarded]
        going.extend(_candidates(there, spare, working, marked)[: max(len(there) - targets[gluetun], len(doubled))])
        staying = [engine for engine in there if engine.name in working and engine.name not in going]
        if len(staying) < targets[gluetun] - len(doubled):
            # First all have their share, and it works.
            return ()
    return tuple(going)


def _candidates(there: List[EngineEvidence], spare: List[str], working: Set[str], marked: Set[str]) -> List[str]:
    """Engines that may go, those first that are missed least.

    :param spare: forwarded ones that may.
    """
    may_go = [engine for engine in there if engine.owned and (not engine.forwarded or engine.name in spare)]
    order = sorted(
        may_go,
        key=lambda engine: (
            engine.name not in spare,
            engine.name in working,
            engine.streams != 0,
            engine.name not in marked,
            -number(engine.name),
            engine.name,
        ),
    )
    return [engine.name for engine in order]


def _doubled(there: List[EngineEvidence]) -> List[str]:
    """Forwarded engines beside the first: one port serves one engine."""
    forwarded = sorted(
        (engine for engine in there if engine.forwarded), key=lambda engine: (engine.owned, number(engine.name))
    )
    return [engine.name for engine in forwarded[1:] if engine.owned]


def _does_its_part(
    engine: EngineEvidence,
    observation: Observation,
    gluetuns: Mapping[str, GluetunMemory],
    policy: Policy,
    now: float,
) -> bool:
    """It works, even if it is still to be restarted once its streams have ended."""
    found = condition(engine, observation.gluetuns[engine.gluetun], gluetuns[engine.gluetun], policy, now)
    return found.kind == engine_condition.RIGHT or (found.kind == engine_condition.RECONNECT and bool(engine.connected))
