# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One look, all the way: observe, assess, remember, plan, publish; and looking again while it is worth it.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Callable, List, Optional, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils import _documents
from ansible_collections.acestream.vpn.plugins.module_utils._assess import assess, is_outdated
from ansible_collections.acestream.vpn.plugins.module_utils._memory import Memory
from ansible_collections.acestream.vpn.plugins.module_utils._observation import Observation
from ansible_collections.acestream.vpn.plugins.module_utils._plan import Plan, plan
from ansible_collections.acestream.vpn.plugins.module_utils._policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._preflight import check_observed
from ansible_collections.acestream.vpn.plugins.module_utils._reset import forget
from ansible_collections.acestream.vpn.plugins.module_utils._store import Store
from ansible_collections.acestream.vpn.plugins.module_utils._transition import WARN, Transition

#: Seconds between two looks while there is doubt or something is on its way.
LOOK_AGAIN = 1.0
#: Looks beyond the caller's patience that a doubt may ask for, so that a run never ends on a single bad sample.
_DOUBT_LOOKS = 30


@dataclass(frozen=True)
class Look:
    """What one look led to."""

    memory: Memory
    observation: Observation
    plan: Plan
    transitions: Tuple[Transition, ...]
    warning: Optional[str] = None

    @property
    def in_doubt(self) -> bool:
        return any(gluetun.in_doubt for gluetun in self.memory.gluetuns.values())


class Convergence:
    """Looks at one host for as long as the caller wants.

    :param observe: takes one look at the world.
    :param read_only: check mode: nothing is written, the memory lives in this object.
    :param reset: forget what was latched, before the first look.
    """

    def __init__(
        self, observe: Callable[[], Observation], store: Store, policy: Policy, read_only: bool, reset: bool = False
    ) -> None:
        self._observe = observe
        self._store = store
        self._policy = policy
        self._read_only = read_only
        self._reset = reset
        self._memory: Optional[Memory] = None
        self.journal: List[str] = []
        self.transitions: List[Transition] = []
        self.warnings: List[str] = []

    def run(self, until: Optional[float]) -> Look:
        """Look until there is something to do or to say, or nothing worth waiting for, or it is ``until``.

        :param until: epoch seconds on the Docker host's clock; None: one look.
        """
        doubts = 0
        while True:
            began = time.monotonic()
            look = self.look()
            doubts = doubts + 1 if look.in_doubt else 0
            patient = until is not None and look.observation.at < until
            if look.plan.steps or look.plan.settled or look.transitions and not look.in_doubt:
                return look
            if not patient and not 0 < doubts < _DOUBT_LOOKS:
                return look
            time.sleep(max(0.0, LOOK_AGAIN - (time.monotonic() - began)))

    def look(self) -> Look:
        """Take one look and remember what it showed.

        :raises PreflightError: two of the declared names stand for one container.
        :raises StoreError: the memory cannot be written, and acting without one is not safe.
        """
        observation = self._observe()
        check_observed(observation)
        if self._read_only:
            return self._look_only(observation)
        look, warning = self._store.update(lambda memory: self._add(memory, observation))
        self._say(replace(look, warning=warning))
        self._publish(look)
        return look

    def _look_only(self, observation: Observation) -> Look:
        warning = None
        if self._memory is None:
            self._memory, warning = self._store.load()
        self._memory, look = self._add(self._memory, observation)
        if warning:
            self.warnings.append(warning)
        self.transitions.extend(look.transitions)
        return look

    def _add(self, memory: Memory, observation: Observation) -> Tuple[Memory, Look]:
        changes: List[Transition] = []
        if self._reset:
            memory, changes, _forgotten = forget(memory, None, observation.at)
            self._reset = False
        after, transitions = assess(memory, observation, self._policy, observation.at)
        planned = plan(after, observation, self._policy, observation.at)
        return after, Look(after, observation, planned, tuple(changes + transitions))

    def _say(self, look: Look) -> None:
        transitions = list(look.transitions)
        if look.warning:
            self.warnings.append(look.warning)
            transitions.insert(0, Transition(look.observation.at, WARN, "memory_set_aside", look.warning))
        self.transitions.extend(transitions)
        self.journal.extend(self._store.note(transitions))

    def _publish(self, look: Look) -> None:
        if is_outdated(look.memory, look.observation):
            return
        self._store.write("engines.json", _documents.engines(look.memory, look.observation), 0o644)
        self._store.write("vpn_status.json", _documents.vpn_status(look.memory, look.observation), 0o644)
