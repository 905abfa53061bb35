# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Assessment: one look, added to the memory, and what changed by it.

C(assess(memory, observation, policy, now) -> (memory, transitions)) is pure: the
same arguments give the same answer, whoever asks.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, List, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._assess.engines import assess_engines
from ansible_collections.acestream.vpn.plugins.module_utils._assess.failover import failover
from ansible_collections.acestream.vpn.plugins.module_utils._assess.gluetun import assess_gluetun
from ansible_collections.acestream.vpn.plugins.module_utils._model import maintenance_window
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import GluetunMemory, Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Observation
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import Transition

#: By how much clocks may differ between two looks because one of them is being corrected slowly, seconds.
_SLEWED = 1.0


def assess(memory: Memory, observation: Observation, policy: Policy, now: float) -> Tuple[Memory, List[Transition]]:
    """Judge one observation against what was known.

    An observation that is older than the newest one in the memory changes nothing:
    another program looked later and was faster to say so.
    """
    if is_outdated(memory, observation):
        return memory, []
    memory, transitions = maintenance_window.renew(memory, observation)
    in_maintenance = {name for name in observation.gluetuns if maintenance_window.of(memory, name, observation)}
    gluetuns: Dict[str, GluetunMemory] = dict(memory.gluetuns)
    if _clock_was_set_back(memory, observation):
        # Which engine was started before the return of its VPN is then not to be told: none is owed a restart for it.
        gluetuns = {name: replace(gluetun, last_outage=None) for name, gluetun in gluetuns.items()}
    for name, evidence in observation.gluetuns.items():
        its = observation.engines_of(name)
        connected = any(engine.connected for engine in its.values())
        before = gluetuns.get(name, GluetunMemory())
        forwarded = any(engine.forwarded for engine in its.values())
        may_latch = name not in in_maintenance
        gluetuns[name], changes = assess_gluetun(
            before, evidence, connected, len(its), forwarded, policy, now, may_latch=may_latch
        )
        transitions.extend(changes)
    transitions.extend(failover(memory.gluetuns, gluetuns, list(observation.gluetuns), now))
    engines, changes = assess_engines(memory.engines, gluetuns, observation, policy, now, in_maintenance)
    transitions.extend(changes)
    after = replace(
        memory,
        gluetuns=gluetuns,
        engines=engines,
        at=observation.at,
        tick=observation.tick,
        boot=observation.boot,
        began=_began(observation),
    )
    return after, transitions


def is_outdated(memory: Memory, observation: Observation) -> bool:
    """Whether a newer look than this one is in the memory, by a clock that never jumps.

    What counts is when they were begun: one that took long to end may show what was before the other one began.
    """
    if memory.boot != observation.boot or memory.tick is None:
        return False
    return _began(observation) < (memory.tick if memory.began is None else memory.began)


def _began(observation: Observation) -> float:
    return observation.tick if observation.began is None else observation.began


def _clock_was_set_back(memory: Memory, observation: Observation) -> bool:
    """Whether less time has passed since the last look than the clock that never jumps says."""
    if memory.boot != observation.boot or memory.tick is None or memory.at is None:
        return False
    return observation.at - memory.at < observation.tick - memory.tick - _SLEWED
