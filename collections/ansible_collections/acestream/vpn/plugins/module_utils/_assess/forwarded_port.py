# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The forwarded port of one gluetun over time: lost, back, another one; and when the tunnel is cycled for it. Pure.

Gluetun up to 3.41.1 never asks again for a port that it failed to get: it stays 0 until the tunnel is cycled, while
the VPN itself works and all health checks are green.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import List, Optional, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._assess.ladder import deadlines, due, spent, upcoming
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import HEALTHY, EngineMemory, GluetunMemory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
    API_OK,
    EngineEvidence,
    GluetunEvidence,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import INFO, WARN, Transition


def assess_port(
    memory: GluetunMemory, evidence: GluetunEvidence, expected: bool, policy: Policy, now: float
) -> Tuple[GluetunMemory, List[Transition]]:
    """Add what one look says of the forwarded port.

    :param memory: with the verdict of this look.
    :param expected: one of its engines is the one for the forwarded port, so that a gluetun that never had one
        in anybody's memory lacks it nevertheless.
    """
    if memory.verdict != HEALTHY or memory.starting or memory.in_doubt:
        # While the VPN itself does not work, its port is nobody's concern: a loss is counted anew afterwards.
        return replace(memory, port_lost_since=None), []
    port = evidence.forwarded_port
    if port is None:
        return memory, []
    if port == 0 and memory.forwarded_port is None and not expected:
        # Its provider forwards none, and nobody misses it.
        return memory, []
    if port == 0:
        return _lost(memory, policy, now, evidence.name)
    since = memory.port_since if port == memory.forwarded_port and memory.port_since is not None else now
    news = memory.port_lost_said or memory.forwarded_port not in (None, port)
    after = replace(memory, forwarded_port=port, port_since=since, port_lost_since=None, port_lost_said=False)
    return after, [_obtained(now, evidence.name, port)] if news else []


def _lost(memory: GluetunMemory, policy: Policy, now: float, vpn: str) -> Tuple[GluetunMemory, List[Transition]]:
    since = now if memory.port_lost_since is None else min(memory.port_lost_since, now)
    memory = replace(memory, port_lost_since=since)
    if memory.port_lost_said or now - since < policy.port_loss_after:
        return memory, []
    message = "Forwarded port lost, P2P performance degraded"
    data = {"port": memory.forwarded_port}
    return replace(memory, port_lost_said=True), [Transition(now, WARN, "port_lost", message, vpn, data=data)]


def _obtained(now: float, vpn: str, port: int) -> Transition:
    return Transition(now, INFO, "port_obtained", f"New forwarded port obtained: {port}", vpn, data={"port": port})


def port_cycle_due(memory: GluetunMemory, evidence: GluetunEvidence, policy: Policy, now: float) -> Optional[float]:
    """The moment at or after which the tunnel must have been cycled for its port, and was not; None: nothing is due."""
    if not _may_cycle(memory, evidence) or port_budget_spent(memory, policy, now):
        return None
    deadline = due(deadlines(*_ladder(memory, policy)), now)
    if deadline is None:
        return None
    return None if any(at >= deadline for at in memory.cycles + memory.restarts) else deadline


def next_port_cycle(memory: GluetunMemory, evidence: GluetunEvidence, policy: Policy, now: float) -> Optional[float]:
    """When the tunnel is cycled for its port if nothing changes; None: it is not."""
    if not _may_cycle(memory, evidence) or port_budget_spent(memory, policy, now):
        return None
    return upcoming(deadlines(*_ladder(memory, policy)), now)


def port_budget_spent(memory: GluetunMemory, policy: Policy, now: float) -> bool:
    """Cycles for the port and restarts share one budget: whoever disturbs the streams counts."""
    return spent(memory.cycles + memory.restarts, now, policy.restart_budget_window) >= policy.restart_budget


def _may_cycle(memory: GluetunMemory, evidence: GluetunEvidence) -> bool:
    return (
        memory.verdict == HEALTHY
        and memory.port_lost_since is not None
        and evidence.forwarded_port == 0
        and evidence.api == API_OK
        and evidence.tunnel_status == "running"
        and memory.latched_since is None
    )


def _ladder(memory: GluetunMemory, policy: Policy) -> Tuple[float, float, float, float]:
    return memory.port_lost_since or 0.0, policy.port_cycle_after, policy.restart_interval, policy.restart_interval_max


def port_due_at(
    engine: EngineEvidence, gluetun: GluetunMemory, memory: EngineMemory, policy: Policy
) -> Optional[float]:
    """When an engine is due for its gluetun's forwarded port; None: it has it, or is not the one for it."""
    port = gluetun.forwarded_port
    if not engine.forwarded or port is None or engine.p2p_port == port:
        return None
    if gluetun.port_since is None or gluetun.port_lost_since is not None:
        return None
    settled = gluetun.port_since + policy.port_settle
    if memory.port_given_at is None:
        return settled
    return max(settled, memory.port_given_at + policy.port_min_interval)
