# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One engine on its way to its desired state: what was asked, seen, done, and what came of it.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._act import container_actions
from ansible_collections.acestream.vpn.plugins.module_utils._act import desired_engine as want
from ansible_collections.acestream.vpn.plugins.module_utils._act.desired_engine import Choice, Situation, Wish
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Container
from ansible_collections.acestream.vpn.plugins.module_utils._model.step_options import EngineStepOptions, EngineTarget


class EngineProgress:
    """The progress of one engine.

    :param target: what is asked of it.
    :param options: what is asked of all.
    """

    def __init__(self, target: EngineTarget, options: EngineStepOptions) -> None:
        since = target.started_since
        self.target = target
        self.name = target.engine.name
        self.gluetun = target.engine.gluetun
        self.wish = Wish(
            options.state,
            options.started_since if since is None else since,
            target.drain_until,
            options.recreate,
            target.p2p_port,
        )
        self.seen = Situation()
        self.before: Optional[Container] = None
        self.after: Optional[Container] = None
        self.action = container_actions.NOTHING
        self.for_port = False
        self.status = want.RIGHT
        self.reason = ""
        self.error: Optional[str] = None
        self.changed = False
        self.usable: Optional[bool] = None
        self.new_id: Optional[str] = None

    def may_drain(self, now: float) -> bool:
        """Whether it matters how many streams it has."""
        return self.wish.drain_until is not None and now < self.wish.drain_until

    def chosen(self, seen: Situation, choice: Choice, check_mode: bool) -> None:
        """Take over what was decided."""
        self.seen, self.before = seen, seen.engine or seen.aside
        self.action, self.status, self.reason = choice.action, choice.stands, choice.why
        self.for_port = choice.for_port
        self.new_id = self.before.id if self.before else None
        if choice.stands == want.REFUSED:
            self.error = choice.why
        if check_mode and self.due:
            self.changed = True
            self.new_id = None if choice.action in (want.RECREATE, want.REMOVE) else self.new_id

    @property
    def due(self) -> bool:
        return self.action != container_actions.NOTHING

    @property
    def gives_port(self) -> bool:
        """It gets another P2P port, for whatever reason it is recreated."""
        return self.action == want.RECREATE and self.wish.p2p_port not in (None, self.seen.p2p_port)

    @property
    def gluetun_id(self) -> Optional[str]:
        """The gluetun container that the decision was made on."""
        return self.seen.gluetun.id if self.seen.gluetun else None

    @property
    def is_in_place(self) -> bool:
        """It is supposed to work: there is something to wait for."""
        return self.status == want.RIGHT and self.error is None

    def done(self, new_id: Optional[str]) -> None:
        self.changed, self.new_id = True, new_id

    def held(self, why: str) -> None:
        self.action, self.status, self.reason = container_actions.NOTHING, want.HELD, why

    def unknown(self, why: str) -> None:
        self.changed, self.status, self.reason = True, want.HELD, why

    def failed(self, why: str) -> None:
        # What a step that failed has left behind is not what was before.
        self.changed, self.status, self.error = True, want.REFUSED, why

    def asked(self, usable: Optional[bool], why: str, patience: float) -> None:
        """Take over what came of the wait."""
        self.usable = usable
        if usable is False:
            self.error = (
                f"it is not usable after {patience:g} s: {why}. See 'docker logs {self.name}', or give it a longer "
                "wait_timeout"
            )
            self.status = want.REFUSED
        elif usable is None:
            self.reason = why

    def as_dict(self) -> Dict[str, Any]:
        return {
            "name": self.name,
            "gluetun": self.gluetun,
            "action": self.action,
            "changed": self.changed,
            "status": self.status,
            "reason": self.reason or None,
            "usable": self.usable,
            "error": self.error,
            "id_before": self.before.id if self.before else None,
            "id_after": self.new_id,
        }


def diff(engines: Iterable[EngineProgress]) -> Dict[str, Any]:
    """Before and after, as Ansible shows it."""
    engines = list(engines)
    return {
        "before": {engine.name: _side(engine.before) for engine in engines},
        "after": {
            engine.name: _expected(engine) if engine.after is None else _side(engine.after) for engine in engines
        },
    }


def _side(container: Optional[Container]) -> Dict[str, Any]:
    if container is None:
        return {"state": "absent"}
    return {"state": container.state, "network": container.network_mode, "since": container.started_at}


def _expected(engine: EngineProgress) -> Dict[str, Any]:
    """What check mode shows of an engine afterwards."""
    if engine.action == want.REMOVE:
        return {"state": "absent"}
    side = _side(engine.before)
    if engine.action == container_actions.STOP:
        return {**side, "state": "exited"}
    if engine.action == want.RECREATE:
        side["network"] = f"container:{engine.gluetun_id}"
        if engine.wish.state == want.PRESENT and side["state"] in ("created", "exited"):
            return {**side, "state": "created", "since": None}
    since = side["since"] if engine.action == container_actions.UNPAUSE else "when it is done"
    return {**side, "state": "running", "since": since}
