# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring many engines to their desired state at once: look, decide, write the attempts down, act, wait.

Everything up to the wait happens under the host's act lock, so that of several runs one acts
and the others find it done.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, List, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._act import container_actions
from ansible_collections.acestream.vpn.plugins.module_utils._act import desired_engine as want
from ansible_collections.acestream.vpn.plugins.module_utils._act.engine_progress import EngineProgress, diff
from ansible_collections.acestream.vpn.plugins.module_utils._act.engine_step import StepFailed, carry_out
from ansible_collections.acestream.vpn.plugins.module_utils._act.engine_wait import wait_usable
from ansible_collections.acestream.vpn.plugins.module_utils._act.recheck import Recheck
from ansible_collections.acestream.vpn.plugins.module_utils._host import clock
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerError, DockerUnknown, inspect
from ansible_collections.acestream.vpn.plugins.module_utils._model import maintenance_window, transition
from ansible_collections.acestream.vpn.plugins.module_utils._model.attempts import engines_mended, port_given
from ansible_collections.acestream.vpn.plugins.module_utils._model.step_options import EngineStepOptions
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import ERROR, INFO, Transition
from ansible_collections.acestream.vpn.plugins.module_utils._publish.journal import as_line
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import ACT_LOCK, Store


class EngineActor:
    """Acts on the engines of one module call.

    :param options: what they are to be, and how that is reached.
    """

    def __init__(self, client: Any, store: Store, options: EngineStepOptions, check_mode: bool) -> None:
        self._client = client
        self._store = store
        self._options = options
        self._check_mode = check_mode
        self._recheck = Recheck(client)
        self.engines = [EngineProgress(target, options) for target in options.engines]
        self.warnings: List[str] = []
        self.journal: List[str] = []

    def run(self) -> None:
        """Act on all of them, then wait for them.

        :raises StoreError: the state directory cannot be used, or another run was acting for too long.
        """
        with ThreadPoolExecutor(max_workers=max(1, self._options.parallel)) as pool:
            if self._check_mode:
                self._choose(pool)
            else:
                with self._store.lock(ACT_LOCK, self._options.step.lock_timeout):
                    self._choose(pool)
                    self._remember()
                    list(pool.map(self._act, [engine for engine in self.engines if engine.due]))
                    self._note([item for engine in self.engines for item in self._failure(engine)])
        if not self._check_mode and self._options.state == want.STARTED and self._options.wait:
            self._wait()

    def result(self) -> Dict[str, Any]:
        """The module's return values."""
        return {
            "changed": any(engine.changed for engine in self.engines),
            "engines": [engine.as_dict() for engine in self.engines],
            "journal": self.journal,
        }

    def failures(self) -> List[str]:
        """One sentence for each engine that is not as it is wanted."""
        return [f"{engine.name}: {engine.error}" for engine in self.engines if engine.error]

    def diff(self) -> Dict[str, Any]:
        """Before and after of every engine that changed."""
        return diff([engine for engine in self.engines if engine.changed])

    def _choose(self, pool: ThreadPoolExecutor) -> None:
        asides = self._recheck.asides() if self.engines else set()
        now = self._now()
        gluetuns = {engine.gluetun for engine in self.engines}

        def look(engine: EngineProgress) -> None:
            seen = self._recheck.look(engine.target.engine, asides, engine.may_drain(now), engine.name in gluetuns)
            left_alone = self._left_alone(engine)
            choice = want.Choice(container_actions.NOTHING, want.HELD, left_alone) if left_alone else None
            engine.chosen(seen, choice or want.choose(engine.wish, seen, now), self._check_mode)

        list(pool.map(look, self.engines))
        self.warnings.extend(
            f"{engine.name}: {engine.reason}"
            for engine in self.engines
            if not (engine.seen.known and engine.seen.gluetun_known)
        )

    def _left_alone(self, engine: EngineProgress) -> str:
        """Whether maintenance has begun since the step was planned; empty: it has not, or that does not matter."""
        if not self._options.step.unless_maintenance:
            return ""
        memory, _warning = self._store.load()
        found = maintenance_window.of(memory, engine.gluetun, clock.moment(self._client, self._options.docker))
        return f"its Gluetun is {maintenance_window.describe(found)}" if found else ""

    def _remember(self) -> None:
        """Write the attempts down, then say them: from here on no other run makes them again."""
        due = [engine for engine in self.engines if engine.due]
        if not due:
            return
        now = self._now()
        mending = [engine for engine in due if engine.action in want.MENDING]
        mended = {engine.name: engine.gluetun for engine in mending if not engine.for_port}
        given = {engine.name: engine.gluetun for engine in mending if engine.gives_port}
        if mended or given:
            _nothing, warning = self._store.update(
                lambda memory: (port_given(engines_mended(memory, mended, now), given, now), None)
            )
            self.warnings.extend([warning] if warning else [])
        lines = [
            transition.restarting(now, gluetun, list(mended.values()).count(gluetun), _scenario(mending, gluetun))
            for gluetun in dict.fromkeys(mended.values())
        ]
        lines.extend(_announcement(engine, now) for engine in due if engine.action in _SAID)
        self._note(lines)

    def _act(self, engine: EngineProgress) -> None:
        """Act on one engine. It and its gluetun are looked at again, for the others may have taken their time.

        So is the memory, for a person may have ordered maintenance meanwhile.
        """
        left_alone = self._left_alone(engine)
        if left_alone:
            self._leave_alone(engine, left_alone)
            return
        if engine.action in want.MENDING:
            known, gluetun = self._recheck.gluetun(engine.gluetun)
            if not known or gluetun is None or not gluetun.running or gluetun.id != engine.gluetun_id:
                self._leave_alone(engine, "its Gluetun container has changed or stopped just now: run this again")
                return
            if engine.action != want.RECREATE and not self._is_as_seen(engine):
                self._leave_alone(engine, "somebody has restarted or changed it just now: run this again")
                return
        try:
            engine.done(carry_out(self._client, engine, self._options.docker, self._options.step.stop_timeout))
        except DockerUnknown as error:
            # It may have worked, or be about to: the next look tells.
            engine.unknown(f"Docker was told to {engine.action} it and has not answered: {error}")
        except StepFailed as error:
            engine.failed(str(error))

    def _leave_alone(self, engine: EngineProgress, why: str) -> None:
        """Do nothing after all, and say so: the journal has announced it already."""
        engine.held(why)
        self._note([_left_alone_after_all(engine, self._now())])

    def _is_as_seen(self, engine: EngineProgress) -> bool:
        """Whether it is still the container, and the start of it, that the choice was made on.

        A recreation looks by itself before each of its steps.
        """
        try:
            now, seen = inspect(self._client, engine.name), engine.seen.engine
        except DockerUnknown:
            return False
        if now is None or seen is None:
            return now is seen
        return (now.id, now.state, now.started_at) == (seen.id, seen.state, seen.started_at)

    def _failure(self, engine: EngineProgress) -> List[Transition]:
        if not engine.error or engine.action == container_actions.NOTHING:
            return []
        now = self._now()
        message = f"Engine {engine.name}: {engine.action} failed: {engine.error}"
        return [Transition(now, ERROR, f"engine_{engine.action}_failed", message, engine.gluetun, engine.name)]

    def _wait(self) -> None:
        patience = self._options.wait_timeout
        deadline = time.monotonic() + patience
        waited = [engine for engine in self.engines if engine.is_in_place]

        def ask(engine: EngineProgress) -> None:
            usable, why = wait_usable(self._client, engine.name, engine.target.engine.http_port, deadline)
            engine.asked(usable, why, patience)

        if not waited:
            return
        # Asking takes no work, only time: all at once.
        with ThreadPoolExecutor(max_workers=len(waited)) as pool:
            list(pool.map(ask, waited))
        for engine in waited:
            if engine.usable is None:
                self.warnings.append(f"{engine.name}: {engine.reason}")

    def see_after(self) -> None:
        """Look at what became of the engines that changed, for the diff."""
        for engine in self.engines:
            if engine.changed and not self._check_mode:
                try:
                    engine.after = inspect(self._client, engine.name)
                except DockerError:
                    engine.after = None

    def _now(self) -> float:
        return clock.now(self._client, self._options.docker)

    def _note(self, said: List[Transition]) -> None:
        self._store.note(said)
        self.journal.extend(as_line(item) for item in said)


_SAID = {
    want.RECREATE: ("engine_recreating", "Recreating engine"),
    container_actions.STOP: ("engine_stopping", "Stopping engine"),
    want.REMOVE: ("engine_removing", "Removing engine"),
}


def _left_alone_after_all(engine: EngineProgress, now: float) -> Transition:
    message = f"Engine {engine.name} is left alone after all: {engine.reason}"
    return Transition(now, INFO, "engine_left_alone", message, engine.gluetun, engine.name)


def _announcement(engine: EngineProgress, now: float) -> Transition:
    kind, words = _SAID[engine.action]
    why = engine.target.reason or engine.reason
    message = f"{words} {engine.name}: {why}" if why else f"{words} {engine.name}"
    # All others that are mended are in the line of their gluetun.
    data = transition.attempt(1, engine.target.scenario) if engine.for_port else {}
    return Transition(now, INFO, kind, message, engine.gluetun, engine.name, data)


def _scenario(mending: List[EngineProgress], gluetun: str) -> Optional[str]:
    """What the engines of a gluetun are mended for; None: for different things, or because a person wants it."""
    found = {engine.target.scenario for engine in mending if engine.gluetun == gluetun and not engine.for_port}
    return found.pop() if len(found) == 1 else None
