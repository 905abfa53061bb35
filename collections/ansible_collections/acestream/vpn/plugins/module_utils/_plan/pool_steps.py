# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan for the pool: engines that are missing, and engines that are too many. Pure.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Collection, List

from ansible_collections.acestream.vpn.plugins.module_utils._assess.pool import Pool, create_again_at, shape
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Observation
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import (
    ENGINE_CREATE,
    ENGINE_REMOVE,
    FAILOVER,
    INTERVAL,
    Pending,
    Step,
)

#: How long an engine is hidden before it is removed, seconds: who has just read that it is there may still go to it.
HIDDEN_FOR = INTERVAL


def pool(
    memory: Memory,
    observation: Observation,
    policy: Policy,
    now: float,
    left_alone: Collection[str],
    steps: List[Step],
    pending: List[Pending],
) -> None:
    """Add what the pool needs.

    :param left_alone: the gluetuns that are in maintenance.
    """
    shaped = shape(memory.gluetuns, memory.engines, observation, policy, now)
    for name, count in shaped.missing.items():
        if name not in left_alone:
            has = len(observation.engines_of(name))
            reason = f"{has} engines where {max(shaped.targets[name], has + count)} should be"
            steps.append(Step(ENGINE_CREATE, FAILOVER, name, now, reason, count=count))
    for name in sorted(observation.engines):
        remembered = memory.engines.get(name)
        if remembered is not None and remembered.surplus_since is not None and remembered.gluetun not in left_alone:
            _remove(name, remembered.surplus_since, shaped, observation, policy, now, steps, pending)
    if shaped.short:
        said = f"{shaped.short} engine(s) are missing, and no ports are left for them: widen the ports of this VPN"
        pending.append(Pending(next(iter(shaped.targets)), said))
    for name, gluetun in memory.gluetuns.items():
        if name not in observation.gluetuns or name in left_alone:
            continue
        again, back = create_again_at(gluetun, policy), gluetun.connected_since
        if again is not None and again > now and shaped.targets:
            pending.append(Pending(name, "engines could not be created: try again", again))
        elif name in shaped.awaited and back is not None:
            at = back + policy.failback_delay
            pending.append(Pending(name, "give it its share of the engines back", at, watch=True))


def _remove(
    name: str,
    since: float,
    shaped: Pool,
    observation: Observation,
    policy: Policy,
    now: float,
    steps: List[Step],
    pending: List[Pending],
) -> None:
    engine = observation.engines[name]
    until = since + policy.drain_timeout
    streams = "its streams could not be counted" if engine.streams is None else f"{engine.streams} live stream(s)"
    idle = engine.streams == 0 or (engine.container is not None and not engine.container.running)
    if not shaped.certain or name not in shaped.surplus:
        return
    if now - since < HIDDEN_FOR:
        pending.append(Pending(engine.gluetun, "remove it, one too many", since + HIDDEN_FOR, name, watch=True))
    elif idle or now >= until:
        reason = "one too many, and idle" if idle else f"one too many, for {now - since:.0f} s ({streams})"
        steps.append(Step(ENGINE_REMOVE, FAILOVER, engine.gluetun, since, reason, name, until))
    else:
        pending.append(Pending(engine.gluetun, f"remove it when drained ({streams}): one too many", until, name))
