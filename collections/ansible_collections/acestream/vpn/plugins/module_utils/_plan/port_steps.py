# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Steps for the forwarded port: a tunnel that lost it is cycled, and the forwarded engine gets the new one. Pure.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import List

from ansible_collections.acestream.vpn.plugins.module_utils._assess.forwarded_port import (
    next_port_cycle,
    port_budget_spent,
    port_cycle_due,
    port_due_at,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import EngineMemory, GluetunMemory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import EngineEvidence, GluetunEvidence
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import (
    ENGINE_RECREATE,
    GLUETUN_CYCLE,
    PORT_FORWARDING,
    Pending,
    Step,
)


def gluetun_port(
    evidence: GluetunEvidence,
    memory: GluetunMemory,
    policy: Policy,
    now: float,
    steps: List[Step],
    pending: List[Pending],
) -> None:
    """A gluetun that works, without the forwarded port that it had."""
    since = memory.port_lost_since
    if since is None:
        return
    if not memory.port_lost_said:
        at = since + policy.port_loss_after
        pending.append(Pending(evidence.name, "see whether its forwarded port is really lost", at, watch=at > now))
        return
    due = port_cycle_due(memory, evidence, policy, now)
    started = evidence.container.started_at if evidence.container else None
    # While the start lies ahead, because the clock was set back, no demand for a later one could be made.
    if due is not None and (started is None or started <= now):
        reason = f"the VPN works, and no port has been forwarded for {now - since:.0f} s"
        # A start that looks as if it had come after the moment that is due did not: the clock was set back since.
        demand = due if started is None or started < due else now
        steps.append(Step(GLUETUN_CYCLE, PORT_FORWARDING, evidence.name, demand, reason))
        return
    later = next_port_cycle(memory, evidence, policy, now)
    if later is not None:
        pending.append(Pending(evidence.name, "cycle the tunnel, to get a forwarded port again", later))
    elif port_budget_spent(memory, policy, now):
        said = "no forwarded port, and the tunnel was cycled or restarted often enough for now: see your provider"
        pending.append(Pending(evidence.name, said))
    else:
        pending.append(Pending(evidence.name, "no forwarded port, and its control server cannot be told to get one"))


def engine_port(
    engine: EngineEvidence,
    gluetun: GluetunMemory,
    memory: EngineMemory,
    policy: Policy,
    now: float,
    steps: List[Step],
    pending: List[Pending],
) -> None:
    """The forwarded engine has another P2P port than its gluetun forwards."""
    port = gluetun.forwarded_port
    due = port_due_at(engine, gluetun, memory, policy)
    if due is None or port is None:
        return
    if due > now:
        # Worth waiting for in this run while it merely settles; not until the next one is allowed.
        soon = due - now <= policy.port_settle
        pending.append(Pending(engine.gluetun, f"give it the new forwarded port {port}", due, engine.name, watch=soon))
        return
    until = due + policy.drain_timeout
    if _streaming(engine) and now < until:
        said = "its streams could not be counted" if engine.streams is None else f"{engine.streams} live stream(s)"
        words = f"give it the new forwarded port {port} when drained ({said})"
        pending.append(Pending(engine.gluetun, words, until, engine.name))
        return
    reason = f"its P2P port is {engine.p2p_port or 'not set'}, and port {port} is forwarded"
    # One that was started with this port since it was obtained is as it should be, whoever did it.
    since = gluetun.port_since or due
    steps.append(
        Step(ENGINE_RECREATE, PORT_FORWARDING, engine.gluetun, since, reason, engine.name, until, p2p_port=port)
    )


def _streaming(engine: EngineEvidence) -> bool:
    """A count that is not known may be one."""
    return engine.streams is None or engine.streams > 0
