# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Assessment of one gluetun: its verdict, the outage's beginning and end, the latch.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import List, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._assess.forwarded_port import assess_port
from ansible_collections.acestream.vpn.plugins.module_utils._assess.gluetun_ladder import budget_spent, restart_due
from ansible_collections.acestream.vpn.plugins.module_utils._assess.starts import forget_starts, note_start
from ansible_collections.acestream.vpn.plugins.module_utils._assess.verdict import Judgement, judge
from ansible_collections.acestream.vpn.plugins.module_utils._model import transition
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import (
    HEALTHY,
    STOPPED,
    UNHEALTHY,
    UNKNOWN,
    GluetunMemory,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
    API_UNAUTHORISED,
    OK,
    GluetunEvidence,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import CRITICAL, INFO, WARN, Transition

#: How long attempts are remembered, seconds. The longest window that is of use is an hour.
_ATTEMPTS_KEPT = 86400.0


def assess_gluetun(
    before: GluetunMemory,
    evidence: GluetunEvidence,
    engines_connected: bool,
    engine_count: int,
    port_expected: bool,
    policy: Policy,
    now: float,
    may_latch: bool = True,
) -> Tuple[GluetunMemory, List[Transition]]:
    """Add one look to the memory of one gluetun.

    :param port_expected: one of its engines is the one for the forwarded port.
    :param may_latch: False while it is in maintenance: no attempt is made, so that none may be said to have failed.
    """
    before = _without_future(before, now)
    known = note_start(before, evidence, policy, now)
    judgement = judge(known, evidence, engines_connected, policy, now)
    works = judgement.verdict == HEALTHY and evidence.egress == OK and not judgement.starting
    after = replace(
        known,
        verdict=judgement.verdict,
        known=before.known if judgement.verdict == UNKNOWN else judgement.verdict,
        since=before.since if judgement.verdict == before.verdict and before.since is not None else now,
        starting=judgement.starting,
        in_doubt=judgement.in_doubt,
        why=judgement.why,
        failures=judgement.failures,
        first_failure_at=judgement.first_failure_at,
        last_failure_at=judgement.last_failure_at,
        last_good_at=now if works else before.last_good_at,
        public_ip=evidence.public_ip or before.public_ip,
        api=evidence.api if evidence.container is not None and evidence.container.running else before.api,
    )
    if works:
        after = forget_starts(after)
    transitions: List[Transition] = []
    after = _outage(before, after, judgement, engine_count, transitions, now, evidence.name)
    after = _container(before, after, evidence, transitions, now)
    after = _unknown_lasts(after, transitions, policy, now, evidence.name)
    if may_latch:
        after = _latch(after, evidence, transitions, policy, now)
    _api_changed(before, after, evidence, transitions, now)
    if after.started_at != before.started_at:
        # Whatever was lost before this start, it has asked for a port since.
        after = replace(after, port_lost_since=None)
    after, changes = assess_port(after, evidence, port_expected, policy, now)
    transitions.extend(changes)
    return after, transitions


def _outage(
    before: GluetunMemory,
    after: GluetunMemory,
    judgement: Judgement,
    engine_count: int,
    transitions: List[Transition],
    now: float,
    vpn: str,
) -> GluetunMemory:
    """Begin or end an outage where the verdict says so."""
    if judgement.starting or judgement.verdict == UNKNOWN:
        return after
    if judgement.verdict == HEALTHY and before.known != HEALTHY:
        return _ended(before, after, transitions, now, vpn)
    if judgement.verdict == before.known or judgement.verdict == HEALTHY:
        return after
    begins = before.outage_since is None
    if judgement.verdict == STOPPED:
        transitions.append(transition.stopped(now, vpn, judgement.why, begins))
    elif judgement.verdict == UNHEALTHY:
        transitions.append(transition.became_unhealthy(now, vpn, judgement.why, begins))
    if not begins:
        return after
    if engine_count:
        transitions.append(transition.hiding(now, vpn, engine_count))
    began = judgement.bad_since if judgement.bad_since is not None else judgement.first_failure_at
    began = now if began is None else began
    # The IP is asked for anew once the VPN is back: until then nobody may take the old one for the new.
    return replace(after, outage_since=began, ip_before=before.public_ip, public_ip=None)


def _ended(
    before: GluetunMemory, after: GluetunMemory, transitions: List[Transition], now: float, vpn: str
) -> GluetunMemory:
    if before.latched_since is not None:
        message = "Gluetun VPN came back by itself: it is looked after again"
        transitions.append(Transition(now, INFO, "gluetun_unlatched", message, vpn))
        after = replace(after, latched_since=None)
    if before.outage_since is None:
        transitions.append(transition.first_healthy(now, vpn))
        return after
    transitions.append(transition.recovered(now, vpn, now - before.outage_since))
    return replace(after, outage_since=None, connected_since=now, last_outage=(before.outage_since, now))


def _container(
    before: GluetunMemory,
    after: GluetunMemory,
    evidence: GluetunEvidence,
    transitions: List[Transition],
    now: float,
) -> GluetunMemory:
    """Notice that the container was restarted or recreated, whoever did it."""
    container = evidence.container
    if container is None:
        return after
    if before.container_id not in (None, container.id):
        message = "Gluetun container was recreated: its engines need a new container each"
        transitions.append(Transition(now, WARN, "gluetun_recreated", message, evidence.name))
    elif container.running and before.started_at not in (None, container.started_at) and not after.starts_again:
        # Further starts that lead to nothing are the same trouble: that was said at the first of them.
        message = "Gluetun container was restarted: its engines are left without a network"
        transitions.append(Transition(now, WARN, "gluetun_restarted", message, evidence.name))
    started = container.started_at if container.running else before.started_at
    return replace(after, container_id=container.id, started_at=started)


def _unknown_lasts(
    after: GluetunMemory, transitions: List[Transition], policy: Policy, now: float, vpn: str
) -> GluetunMemory:
    """Warn once when nothing could be found out for long."""
    if after.verdict != UNKNOWN:
        return replace(after, unknown_since=None, unknown_warned=False)
    since = now if after.unknown_since is None else after.unknown_since
    if not after.unknown_warned and now - since >= policy.unknown_warn_after:
        message = f"Gluetun VPN state unknown for {now - since:.0f} s, nothing is done: {after.why}"
        transitions.append(Transition(now, WARN, "gluetun_unknown", message, vpn))
        return replace(after, unknown_since=since, unknown_warned=True)
    return replace(after, unknown_since=since)


def _latch(
    after: GluetunMemory, evidence: GluetunEvidence, transitions: List[Transition], policy: Policy, now: float
) -> GluetunMemory:
    """Stop trying when another attempt is due and the budget is spent."""
    if after.latched_since is not None or restart_due(after, evidence, policy, now) is None:
        return after
    if not budget_spent(after, policy, now):
        return after
    message = (
        f"Gluetun VPN is still not healthy after {policy.restart_budget} restarts in "
        f"{policy.restart_budget_window / 60:.0f} minutes: no more attempts until it comes back by itself "
        "or a run is started with recovery_reset=true"
    )
    transitions.append(Transition(now, CRITICAL, "gluetun_latched", message, evidence.name))
    return replace(after, latched_since=now)


def _api_changed(
    before: GluetunMemory,
    after: GluetunMemory,
    evidence: GluetunEvidence,
    transitions: List[Transition],
    now: float,
) -> None:
    """A refused key is an error of configuration: say so once, and never take it for an outage."""
    if after.api == API_UNAUTHORISED and before.api != API_UNAUTHORISED:
        said = "; ".join(evidence.problems)
        message = f"Gluetun's control server refuses the API key: {said}" if said else "API key refused"
        transitions.append(Transition(now, WARN, "api_unauthorised", message, evidence.name))


def _without_future(memory: GluetunMemory, now: float) -> GluetunMemory:
    """Times that lie ahead mean that the host's clock was set back: they count as now.

    Whether an engine was started before or after a return that lies ahead is then not to be told: none is owed a
    restart for it.
    """
    if memory.connected_since is not None and memory.connected_since > now:
        memory = replace(memory, last_outage=None)
    return replace(
        memory,
        starting_since=None if memory.starting_since is None else min(memory.starting_since, now),
        starting_seen_at=None if memory.starting_seen_at is None else min(memory.starting_seen_at, now),
        outage_since=None if memory.outage_since is None else min(memory.outage_since, now),
        connected_since=None if memory.connected_since is None else min(memory.connected_since, now),
        unknown_since=None if memory.unknown_since is None else min(memory.unknown_since, now),
        port_since=None if memory.port_since is None else min(memory.port_since, now),
        port_lost_since=None if memory.port_lost_since is None else min(memory.port_lost_since, now),
        cycles=_recent(memory.cycles, now),
        create_failures=_recent(memory.create_failures, now),
        restarts=_recent(memory.restarts, now),
    )


def _recent(times: Tuple[float, ...], now: float) -> Tuple[float, ...]:
    return tuple(min(at, now) for at in times if at > now - _ATTEMPTS_KEPT)
