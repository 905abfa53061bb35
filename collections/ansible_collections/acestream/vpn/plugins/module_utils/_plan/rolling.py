# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Engines that work and are to be recreated go a few at a time, and never the last one under a viewer. Pure.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import List, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import EngineMemory, Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Observation
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import (
    ENGINE_RECREATE,
    INTERVAL,
    PORT_FORWARDING,
    Pending,
    Step,
)


def rolling(
    steps: List[Step], memory: Memory, observation: Observation, policy: Policy, pending: List[Pending]
) -> List[Step]:
    """Leave out the steps that have to wait for others; they are pending then."""
    mine = [step for step in steps if step.kind == ENGINE_RECREATE and step.scenario == PORT_FORWARDING]
    if not mine:
        return steps
    left = policy.max_unavailable - sum(1 for name in observation.engines if _is_out(memory.engines.get(name)))
    going = {step.engine for step in mine}
    kept: List[Step] = []
    for step in steps:
        engine = observation.engines.get(step.engine or "")
        if step not in mine or engine is None:
            kept.append(step)
            continue
        others = any(item.shown and name not in going for name, item in memory.engines.items() if name != step.engine)
        if left > 0 and (others or engine.streams == 0):
            kept.append(step)
            left -= 1
            continue
        # It goes on serving until its turn comes.
        going.discard(step.engine)
        why = "once others are back" if left <= 0 else "once its streams have ended, for no other engine works"
        at = observation.at + INTERVAL
        pending.append(
            Pending(step.vpn, f"give it the new forwarded port {step.p2p_port} {why}", at, step.engine, left <= 0)
        )
    return kept


def _is_out(engine: Optional[EngineMemory]) -> bool:
    """It is being mended. One that was given up keeps nobody waiting."""
    return engine is not None and engine.wrong_since is not None and engine.latched_since is None
