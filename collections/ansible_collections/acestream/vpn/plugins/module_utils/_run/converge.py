# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One look, all the way: observe, assess, remember, plan, publish; and looking again while it is worth it.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import time
from typing import Callable, List, Optional, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._assess.host import assess, is_outdated
from ansible_collections.acestream.vpn.plugins.module_utils._assess.reset import forget
from ansible_collections.acestream.vpn.plugins.module_utils._model.look import Look
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Observation
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import Transition
from ansible_collections.acestream.vpn.plugins.module_utils._plan.plan import plan
from ansible_collections.acestream.vpn.plugins.module_utils._publish import documents
from ansible_collections.acestream.vpn.plugins.module_utils._publish.journal import as_line
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store, StoreError
from ansible_collections.acestream.vpn.plugins.module_utils._settings.preflight import check_observed

#: Seconds between two looks while there is doubt or something is on its way.
LOOK_AGAIN = 1.0
#: Looks beyond the caller's patience that a doubt may ask for, so that a run never ends on a single bad sample.
_DOUBT_LOOKS = 30
#: Transitions that are kept for the journal while it cannot be written.
_UNTOLD = 1000


class Convergence:
    """Looks at one host for as long as the caller wants.

    :param observe: takes one look at the world.
    :param read_only: check mode: nothing is written, the memory lives in this object.
    :param reset: forget what was latched, before the first look.
    :param goes_on: where nothing can be written (a full disk), judge by what this object knows, and write it later.
        For a program that only shows: acting without a memory is not safe.
    :ivar trouble: why the last look was not written; empty: it was.
    """

    def __init__(
        self,
        observe: Callable[[], Observation],
        store: Store,
        policy: Policy,
        read_only: bool,
        reset: bool = False,
        goes_on: bool = False,
    ) -> None:
        self._observe = observe
        self._store = store
        self._policy = policy
        self._read_only = read_only
        self._reset = reset
        self._goes_on = goes_on
        self._memory: Optional[Memory] = None
        # As it was last seen in the store.
        self._stored: Optional[Memory] = None
        self._untold: List[Transition] = []
        self.trouble = ""
        self.journal: List[str] = []
        self.transitions: List[Transition] = []
        self.warnings: List[str] = []

    def run(self, until: Optional[float], after: Optional[Callable[[Look, float], bool]] = None) -> Look:
        """Look until there is something to do or to say, or nothing worth waiting for, or it is ``until``.

        :param until: epoch seconds on the Docker host's clock; None: one look.
        :param after: is told of each look, and how long it took in seconds; if it returns true, that was the last.
        """
        doubts = 0
        while True:
            began = time.monotonic()
            look = self.look()
            if after is not None and after(look, time.monotonic() - began):
                return look
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
        return self._look_and_write(observation)

    def _look_and_write(self, observation: Observation) -> Look:
        made: List[Look] = []

        def publish(look: Look) -> None:
            # It is on record now, whatever becomes of the documents.
            made.append(look)
            self._stored = look.memory
            self._memory, self._untold = None, []
            self._publish(look)

        self.trouble = ""
        try:
            look, warning = self._store.update(
                lambda stored: self._add(self._newest(stored), observation),
                lambda look: [*self._untold, *look.transitions],
                publish,
            )
        except StoreError as error:
            if not self._goes_on:
                raise
            self.trouble, warning = str(error), None
            look = made[0] if made else self._look_without_store(observation)
        self._say(look, warning)
        return look

    def _newest(self, stored: Memory) -> Memory:
        """What to judge by: what this object had to keep to itself, unless somebody wrote another memory meanwhile."""
        if self._memory is None or stored != self._stored:
            self._stored, self._memory, self._untold = stored, None, []
        return self._memory or stored

    def _look_without_store(self, observation: Observation) -> Look:
        try:
            stored = self._store.load()[0]
        except StoreError:
            if self._stored is None:
                raise
            stored = self._stored
        self._memory, look = self._add(self._newest(stored), observation)
        self._untold = [*self._untold, *look.transitions][-_UNTOLD:]
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

    def _say(self, look: Look, warning: Optional[str]) -> None:
        if warning:
            self.warnings.append(warning)
        self.transitions.extend(look.transitions)
        self.journal.extend(as_line(item) for item in look.transitions)

    def _add(self, memory: Memory, observation: Observation) -> Tuple[Memory, Look]:
        changes: List[Transition] = []
        if self._reset:
            memory, changes, _forgotten = forget(memory, None, observation.at)
            self._reset = False
        after, transitions = assess(memory, observation, self._policy, observation.at)
        planned = plan(after, observation, self._policy, observation.at)
        return after, Look(after, observation, planned, tuple(changes + transitions))

    def _publish(self, look: Look) -> None:
        if is_outdated(look.memory, look.observation):
            return
        self._store.write("engines.json", documents.engines(look.memory, look.observation), 0o644)
        self._store.write("vpn_status.json", documents.vpn_status(look.memory, look.observation), 0o644)
