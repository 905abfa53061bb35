# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring one gluetun to its desired state: look, decide, write the attempt down, act, wait.

Everything up to the wait happens under the host's act lock, so that of several runs
one acts and the others find it done.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import time
from typing import Any, Dict, List, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._act import container_actions
from ansible_collections.acestream.vpn.plugins.module_utils._act import desired_gluetun as want
from ansible_collections.acestream.vpn.plugins.module_utils._act.cycle import CycleIncomplete, CycleRefused, cycle
from ansible_collections.acestream.vpn.plugins.module_utils._act.desired_gluetun import Choice, Wish
from ansible_collections.acestream.vpn.plugins.module_utils._act.gluetun_wait import wait_connected
from ansible_collections.acestream.vpn.plugins.module_utils._host import clock
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import (
    DockerError,
    DockerRefused,
    DockerUnknown,
    inspect,
    inspect_raw,
)
from ansible_collections.acestream.vpn.plugins.module_utils._host.refusals import explain
from ansible_collections.acestream.vpn.plugins.module_utils._model import maintenance_window, transition
from ansible_collections.acestream.vpn.plugins.module_utils._model.attempts import gluetun_cycled, gluetun_restarted
from ansible_collections.acestream.vpn.plugins.module_utils._model.maintenance_window import Moment
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import GluetunMemory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Container, GluetunEvidence
from ansible_collections.acestream.vpn.plugins.module_utils._model.step_options import GluetunStepOptions
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import ERROR, INFO, WARN, Transition
from ansible_collections.acestream.vpn.plugins.module_utils._observe.control import control_server
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_discovery import instead_of
from ansible_collections.acestream.vpn.plugins.module_utils._observe.gluetun import look_at_gluetun
from ansible_collections.acestream.vpn.plugins.module_utils._publish.journal import as_line
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import ACT_LOCK, Store

#: What the journal says before each action, and the word for programs.
_SAID = {
    container_actions.START: ("gluetun_starting", "Starting Gluetun container"),
    container_actions.UNPAUSE: ("gluetun_starting", "Unpausing Gluetun container"),
    container_actions.RESTART: ("gluetun_restarting", "Restarting Gluetun container"),
    want.CYCLE: ("gluetun_cycling", "Cycling the tunnel of Gluetun"),
    container_actions.STOP: ("gluetun_stopping", "Stopping Gluetun container"),
}


class ActFailed(Exception):
    """It could not be brought to its desired state; the message says why and what to do."""


class GluetunActor:
    """Acts on one gluetun. C(result) is complete whatever happens.

    :param options: what it is to be, and how that is reached.
    """

    def __init__(self, client: Any, store: Store, options: GluetunStepOptions, check_mode: bool) -> None:
        self._client = client
        self._store = store
        self._options = options
        self._check_mode = check_mode
        self._wish = Wish(options.state, options.cycled_since, options.restarted_since)
        self._status: Optional[str] = None  # of the tunnel, when it was last looked at
        self._looked = 0.0  # when that was, on the clock that goes on in suspend
        self.warnings: List[str] = []
        self.result: Dict[str, Any] = {
            "changed": False,
            "actions": [],
            "skip_reason": None,
            "container": {"before": None, "after": None},
            "egress": None,
            "waited": 0.0,
            "journal": [],
        }

    def run(self) -> None:
        """Act, then wait.

        :raises ActFailed: the desired state was not reached.
        :raises StoreError: the state directory cannot be used, or another run was acting for too long.
        """
        if self._check_mode:
            self._act()
        else:
            with self._store.lock(ACT_LOCK, self._options.step.lock_timeout):
                self._act()
        if self._has_to_wait():
            self._wait()

    def _act(self) -> None:
        before = self._look()
        if before is _UNSEEN:
            return
        self._show("before", before)
        self._show("after", before)
        choice = self._choose(before)
        if choice.action == want.IMPOSSIBLE:
            instead = instead_of(self._client, self._name) if before is None else ""
            probably = f" ({instead} was probably meant)" if instead else ""
            raise ActFailed(f"{self._name}: {choice.why}{probably}")
        if choice.action == container_actions.NOTHING:
            self.result["skip_reason"] = choice.why
            return
        self.result.update(changed=True, actions=[choice.action])
        if self._check_mode:
            self.result["container"]["after"] = _expected(choice.action, before)
            return
        self._remember(choice.action)
        held = self._held_meanwhile(choice.action)
        if held:
            self.result.update(changed=False, actions=[], skip_reason=held)
            self._note(INFO, "gluetun_left_alone", f"Gluetun is left alone after all: {held}")
            return
        self._carry_out(choice.action, before)
        self._show_after(before)

    @property
    def _name(self) -> str:
        return self._options.gluetun.name

    def _look(self) -> Any:
        """The container as it is now; C(_UNSEEN): nobody knows, and nothing is to be done about it."""
        try:
            return inspect(self._client, self._name)
        except DockerUnknown as error:
            if self._wish.cycled_since is None and self._wish.restarted_since is None:
                raise ActFailed(f"{self._name}: {error}") from error
            # The caller asks for a remedy, not for a state: what is not known is not treated.
            self.result["skip_reason"] = f"nothing is done on a guess: {error}"
            self.warnings.append(f"{self._name}: nothing was done, for {error}")
            return _UNSEEN

    def _choose(self, container: Optional[Container]) -> Choice:
        left_alone = self._left_alone()
        if left_alone:
            return Choice(container_actions.NOTHING, left_alone)
        memory, _warning = self._store.load()
        choice = want.choose(self._wish, container, memory.gluetuns.get(self._name, GluetunMemory()))
        if choice.action not in (container_actions.RESTART, want.CYCLE):
            return choice
        held = self._held(choice.action)
        return Choice(container_actions.NOTHING, held) if held else choice

    def _held(self, action: str) -> str:
        """Why the last look speaks against it; empty: nothing does."""
        evidence = self._observe()
        self._looked = clock.tick()
        self.result["egress"] = evidence.egress
        self._status = evidence.tunnel_status
        return want.hold_back(action, evidence, self._options.unless_healthy, self._options.unless_forwarded)

    def _left_alone(self) -> str:
        """Whether maintenance has begun since the step was planned; empty: it has not, or that does not matter."""
        if not self._options.step.unless_maintenance:
            return ""
        memory, _warning = self._store.load()
        found = maintenance_window.of(memory, self._name, self._moment())
        return maintenance_window.describe(found) if found else ""

    def _held_meanwhile(self, action: str) -> str:
        """Whether a person's order has come meanwhile, or the last look, if it was long ago, is not true any more.

        The machine may have been suspended since.
        """
        left_alone = self._left_alone()
        if left_alone:
            return left_alone
        if action not in (container_actions.RESTART, want.CYCLE) or clock.tick() - self._looked <= want.FRESH:
            return ""
        return self._held(action)

    def _observe(self) -> GluetunEvidence:
        probe = self._options.probe
        return look_at_gluetun(self._client, self._options.gluetun, probe, time.monotonic() + probe.evidence_timeout)

    def _remember(self, action: str) -> None:
        """Write the attempt down, then say it: from here on no other run makes it again."""
        now = self._now()
        add = gluetun_cycled if action == want.CYCLE else gluetun_restarted
        if action != container_actions.STOP:
            _nothing, warning = self._store.update(lambda memory: (add(memory, self._name, now), None))
            self.warnings.extend([warning] if warning else [])
        kind, words = _SAID[action]
        reason = self._options.reason
        data = {} if action == container_actions.STOP else transition.attempt(1, self._options.scenario)
        self._note(INFO, kind, f"{words}: {reason}" if reason else words, data)

    def _carry_out(self, action: str, before: Container) -> None:
        try:
            if action == want.CYCLE:
                self._cycle()
            else:
                step, timeout = self._options.step, self._options.docker.timeout
                container_actions.carry_out(self._client, action, before, timeout, step.stop_timeout)
        except CycleRefused as error:
            self.result.update(changed=False, actions=[], skip_reason=str(error))
            self._note(WARN, "gluetun_cycle_refused", f"The tunnel was not cycled: {error}")
            self.warnings.append(f"{self._name}: {error}")
        except DockerUnknown as error:
            # It may have worked, or be about to. The next look tells; a second attempt now would be one too many.
            said = (
                f"Docker was told to {action} it and has not answered: {error}. Nothing more is done until it is known"
            )
            self._note(WARN, f"gluetun_{action}_unknown", said)
            self.warnings.append(f"{self._name}: {said}")
        except (CycleIncomplete, DockerRefused) as error:
            said = explain(error) if isinstance(error, DockerError) else str(error)
            self._note(ERROR, f"gluetun_{action}_failed", f"Gluetun: {action} failed: {said}")
            self._show_after(before)
            raise ActFailed(f"{self._name}: {action} failed: {said}") from error

    def _cycle(self) -> None:
        raw, options = inspect_raw(self._client, self._name), self._options
        server = None if raw is None else control_server(options.gluetun, raw, options.probe.probe_timeout)
        if server is None:
            raise CycleRefused("its container has no address: set control_url")
        try:
            cycle(server, self._status, options.wait_timeout)
        finally:
            server.close()

    def _has_to_wait(self) -> bool:
        if self._check_mode or self._wish.state == want.STOPPED:
            return False
        if self._wish.state == want.CONNECTED:
            return self.result["container"]["before"] is not None
        return self._options.wait and bool(self.result["actions"])

    def _wait(self) -> None:
        """Wait until the tunnel carries traffic.

        :raises ActFailed: it does not, and the time is up.
        """
        patience = self._options.wait_timeout
        waited = wait_connected(self._observe, self._now, patience)
        self.result.update(egress=waited.evidence.egress, waited=round(waited.seconds, 1))
        if waited.evidence.container is not None:
            self._show("after", waited.evidence.container)
        if waited.connected:
            return
        said = f"it carries no traffic after {patience:g} s: {waited.why}"
        if self.result["actions"]:
            self._note(ERROR, "gluetun_not_connected", f"Gluetun: {said}")
        advice = f"See 'docker logs {self._name}', or give it a longer wait_timeout"
        raise ActFailed("; ".join([f"{self._name}: {said}", *waited.evidence.problems]) + f". {advice}")

    def _show(self, when: str, container: Optional[Container]) -> None:
        self.result["container"][when] = container and {
            "id": container.id,
            "state": container.state,
            "started_at": container.started_at,
        }

    def _show_after(self, before: Container) -> None:
        try:
            self._show("after", inspect(self._client, before.id))
        except DockerUnknown:
            self._show("after", None)

    def _now(self) -> float:
        return clock.now(self._client, self._options.docker, self._options.probe.evidence_timeout)

    def _moment(self) -> Moment:
        return clock.moment(self._client, self._options.docker, self._options.probe.evidence_timeout)

    def _note(self, level: str, kind: str, message: str, data: Optional[Dict[str, Any]] = None) -> None:
        now = self._now()
        said = Transition(now, level, kind, message, self._name, data=data or {})
        self._store.note([said])
        self.result["journal"].append(as_line(said))


_UNSEEN = object()


def _expected(action: str, before: Container) -> Dict[str, Any]:
    """What check mode shows of the container afterwards."""
    if action == container_actions.STOP:
        return {"id": before.id, "state": "exited", "started_at": before.started_at}
    started = before.started_at if action in (want.CYCLE, container_actions.UNPAUSE) else "when it is done"
    return {"id": before.id, "state": "running", "started_at": started}
