# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One start period for one outage: a gluetun that Docker starts again and again gets no fresh one for each start. Pure.

A single start is given its period, counted from that start. Once there is another one before the VPN worked, the period
counts from when it last worked. A start by this collection begins a period of its own.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import GluetunMemory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
    FAILED,
    OK,
    Container,
    GluetunEvidence,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy


def note_start(memory: GluetunMemory, evidence: GluetunEvidence, policy: Policy, now: float) -> GluetunMemory:
    """Add to the memory what one look shows of starts that have led to nothing so far.

    A look that could not tell whether it works adds nothing, and a chain of looks that was interrupted for longer than
    a start may take begins anew: it may have worked meanwhile. In an outage that is a loop nobody has seen it work.
    """
    container = evidence.container
    if not evidence.seen:
        return memory
    if container is None or not (container.running or container.state == "restarting"):
        return forget_starts(memory)
    started = container.started_at
    if container.running and (started is None or _worked_since(memory, started) or not _fails(evidence, policy, now)):
        return memory
    if memory.container_id not in (None, container.id):
        memory = forget_starts(memory)
    if not _unbroken(memory, policy, now):
        memory = forget_starts(memory)
    if memory.starting_since is None:
        if container.running and (started is None or not 0 <= now - started < policy.start_period):
            return memory
        memory = replace(memory, starting_since=_last_worked(memory, policy, now))
    return _count(replace(memory, starting_seen_at=now), container, now)


def forget_starts(memory: GluetunMemory) -> GluetunMemory:
    """It works, or nobody starts it any more: its next start is the first of its kind."""
    return replace(memory, starting_since=None, starting_seen_at=None, first_start=None, starts_again=False)


def start_period_used_up(memory: GluetunMemory, evidence: GluetunEvidence, policy: Policy, now: float) -> bool:
    """Whether it has been started again and again for longer than one start may take, and does not work now either.

    :param memory: this look is in it.
    """
    container, since = evidence.container, memory.starting_since
    if container is None or since is None or now - since < policy.start_period:
        return False
    if container.state == "restarting":
        return True
    return container.running and memory.starts_again and _fails(evidence, policy, now)


def _count(memory: GluetunMemory, container: Container, now: float) -> GluetunMemory:
    since, started = memory.starting_since, container.started_at
    if started is None or since is None:
        return memory
    tried = max(memory.restarts, default=None)
    if tried is not None and since < tried <= started:
        # The first start after an attempt of ours: it has a period of its own.
        return replace(memory, starting_since=min(started, now), first_start=started, starts_again=False)
    if memory.first_start is None:
        # One that waits for Docker may have been started long ago, and worked.
        return replace(memory, first_start=started) if container.running or started >= since else memory
    return replace(memory, starts_again=memory.starts_again or started != memory.first_start)


def _unbroken(memory: GluetunMemory, policy: Policy, now: float) -> bool:
    if memory.starts_again and memory.outage_since is not None:
        return True
    return memory.starting_seen_at is not None and now - memory.starting_seen_at <= policy.start_period


def _fails(evidence: GluetunEvidence, policy: Policy, now: float) -> bool:
    """It was found not to work. What ends before Gluetun has a firewall lets connections out beside the tunnel."""
    started = evidence.container.started_at if evidence.container else None
    if evidence.egress != OK or started is None or not 0 <= now - started < policy.start_period:
        return evidence.egress == FAILED
    return evidence.tunnel_interface is False and evidence.tunnel_status != "running"


def _worked_since(memory: GluetunMemory, started: float) -> bool:
    return memory.last_good_at is not None and memory.last_good_at >= started


def _last_worked(memory: GluetunMemory, policy: Policy, now: float) -> float:
    """When it last worked, as far as looks tell: one that was long ago says nothing of the time since."""
    good = memory.last_good_at
    return good if good is not None and 0 <= now - good <= policy.sample_gap_max else now
