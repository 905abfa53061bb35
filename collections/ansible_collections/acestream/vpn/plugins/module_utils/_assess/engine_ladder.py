# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When an engine in trouble is due for an attempt to mend it. Pure.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Iterator, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._assess import engine_condition
from ansible_collections.acestream.vpn.plugins.module_utils._assess.engine_condition import Condition
from ansible_collections.acestream.vpn.plugins.module_utils._assess.ladder import deadlines, due, upcoming
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import EngineMemory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import EngineEvidence
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy


def attempt_due(
    memory: EngineMemory, found: Condition, engine: EngineEvidence, policy: Policy, now: float
) -> Optional[float]:
    """The deadline at or after which an attempt must have been made, and was not; None: nothing is due."""
    deadline = due(_deadlines(memory, found, policy, now), now)
    if deadline is None or any(at >= deadline for at in memory.attempts):
        return None
    started = engine.container.started_at if engine.container else None
    if found.kind == engine_condition.FAILING and started is not None and started >= deadline:
        # Somebody else has restarted it since: that may yet help, and what is asked for is done.
        return None
    return deadline


def next_attempt(memory: EngineMemory, found: Condition, policy: Policy, now: float) -> float:
    """When the next attempt comes due if nothing changes."""
    return upcoming(_deadlines(memory, found, policy, now), now)


def budget_spent(memory: EngineMemory, policy: Policy) -> bool:
    return len(memory.attempts) >= policy.engine_budget


def drained_at(found: Condition, memory: EngineMemory, policy: Policy) -> float:
    """Until when live streams put the restart off: counted from when it became due."""
    if found.kind == engine_condition.RECONNECT and found.since is not None:
        return found.since + policy.drain_timeout
    return (memory.wrong_since or 0.0) + policy.drain_timeout


def waits_for_streams(found: Condition, engine: EngineEvidence) -> bool:
    """Whether a restart would cut a stream that may still flow; a count that is not known may be one."""
    if found.kind not in (engine_condition.RECONNECT, engine_condition.FAILING):
        return False
    return engine.streams is None or engine.streams > 0


def _deadlines(memory: EngineMemory, found: Condition, policy: Policy, now: float) -> Iterator[float]:
    """An engine that merely does not answer is given time; what cannot mend itself is mended at once."""
    began = now if memory.wrong_since is None else memory.wrong_since
    if found.kind != engine_condition.FAILING:
        yield began
    yield from deadlines(began, policy.engine_restart_after, policy.restart_interval, policy.restart_interval_max)
