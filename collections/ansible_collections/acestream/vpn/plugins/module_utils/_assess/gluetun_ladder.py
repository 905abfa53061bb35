# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a gluetun that is not healthy is due for its next step. Pure.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Iterator, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._assess.engine_condition import may_start
from ansible_collections.acestream.vpn.plugins.module_utils._assess.ladder import deadlines, due, spent, upcoming
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import STOPPED, UNHEALTHY, GluetunMemory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import API_OK, GluetunEvidence
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import START_ALWAYS, Policy


def restart_due(memory: GluetunMemory, evidence: GluetunEvidence, policy: Policy, now: float) -> Optional[float]:
    """The deadline at or after which the container must have been started, and was not; None: nothing is due.

    For a container that does not run, the first deadline is the beginning of the outage.
    """
    times = _restart_deadlines(memory, evidence, policy)
    deadline = None if times is None else due(times, now)
    container = evidence.container
    if deadline is None or container is None:
        return None
    if container.state == "restarting" and not memory.starts_again:
        return None
    # Docker's own starts of one that ends again and again are no restart that it was given a chance with.
    started = None if memory.starts_again or not container.running else container.started_at
    if started is not None and started >= deadline:
        return None
    return None if any(at >= deadline for at in memory.restarts) else deadline


def next_restart(memory: GluetunMemory, evidence: GluetunEvidence, policy: Policy, now: float) -> Optional[float]:
    """When the next restart or start comes due if nothing changes; None: none will."""
    times = _restart_deadlines(memory, evidence, policy)
    return None if times is None else upcoming(times, now)


def cycle_due(memory: GluetunMemory, evidence: GluetunEvidence, policy: Policy, now: float) -> Optional[float]:
    """The moment at or after which the tunnel must have been cycled, and was not; None: nothing is due."""
    deadline = cycle_deadline(memory, evidence, policy)
    if deadline is None or now < deadline:
        return None
    container = evidence.container
    if container is not None and container.started_at is not None and container.started_at >= deadline:
        return None
    return None if any(at >= deadline for at in memory.cycles + memory.restarts) else deadline


def cycle_deadline(memory: GluetunMemory, evidence: GluetunEvidence, policy: Policy) -> Optional[float]:
    """When the tunnel is cycled; None: it cannot be, for C(crashed) is a state that no PUT leaves."""
    if memory.verdict != UNHEALTHY or memory.outage_since is None or memory.starting:
        return None
    if evidence.api != API_OK or evidence.tunnel_status == "crashed":
        return None
    return memory.outage_since + policy.cycle_after


def budget_spent(memory: GluetunMemory, policy: Policy, now: float) -> bool:
    """Whether the budget is used up: by this outage alone, however long it lasts, or by the last hour's together."""
    in_outage = spent(memory.restarts, now, now - (memory.outage_since or now))
    in_window = spent(memory.restarts, now, policy.restart_budget_window)
    return max(in_outage, in_window) >= policy.restart_budget


def _restart_deadlines(memory: GluetunMemory, evidence: GluetunEvidence, policy: Policy) -> Optional[Iterator[float]]:
    """All deadlines of the outage under way; None: this gluetun is not to be started or restarted."""
    began, container = memory.outage_since, evidence.container
    if began is None or memory.starting or container is None:
        return None
    ladder = deadlines(began, policy.restart_after, policy.restart_interval, policy.restart_interval_max)
    if memory.verdict == UNHEALTHY:
        return ladder
    if memory.verdict != STOPPED or not may_start(container, policy):
        return None
    startable = ("created", "exited", "paused") if policy.start_stopped == START_ALWAYS else ("created", "exited")
    return _after(began, ladder) if container.state in startable else None


def _after(first: float, rest: Iterator[float]) -> Iterator[float]:
    yield first
    yield from rest
