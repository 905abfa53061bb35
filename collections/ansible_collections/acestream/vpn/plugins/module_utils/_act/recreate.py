# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Recreate an engine on its gluetun's present container, with everything else as it was.

The engine is never lost: until the new one runs, the old one is kept beside it under the name with
the ending C(ASIDE_SUFFIX), and comes back where the new one cannot be made to run.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, Dict, Iterator, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._act import recreate_next as sequence
from ansible_collections.acestream.vpn.plugins.module_utils._act.container_config import creation_payload
from ansible_collections.acestream.vpn.plugins.module_utils._act.container_step import unless_gone
from ansible_collections.acestream.vpn.plugins.module_utils._act.p2p_port import with_p2p_port
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import (
    DockerError,
    DockerRefused,
    DockerUnknown,
    call,
    connect,
    inspect_raw,
)
from ansible_collections.acestream.vpn.plugins.module_utils._host.refusals import explain
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import DockerOptions
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_discovery import ASIDE_SUFFIX

#: How long a new container has to stay up before the old one goes, seconds.
STAYS_UP = 1.0
#: Seconds between two looks.
_POLL = 0.2
#: For how long a daemon that does not answer is asked again, seconds.
_PATIENCE = 30.0


class RecreateFailed(Exception):
    """The new container could not be made to run; the message says why and what became of the old one."""


def newest_api(client: Any, docker: DockerOptions) -> Any:
    """A client that speaks the newest API of the daemon.

    An older one would leave out of the new container what it has no words for.
    """
    if docker.chosen_version is not None:
        return client
    version = call(client.version, api_version=False)["ApiVersion"]
    return connect(replace(docker, api_version=version))


class Recreation:
    """One recreation, from wherever an earlier one was cut short.

    :param name: of the engine.
    :param gluetun_id: ID of the gluetun's present container, which runs.
    :param start: the engine is to run afterwards; None: if it ran before.
    :param grace: how long the old one may take to stop, seconds.
    :param p2p_port: the P2P port that it gets; None: it keeps its own.
    """

    def __init__(
        self,
        client: Any,
        name: str,
        gluetun_id: str,
        start: Optional[bool],
        grace: int,
        p2p_port: Optional[int] = None,
    ) -> None:
        self._client = client
        self._name = name
        self._aside = name + ASIDE_SUFFIX
        self._gluetun_id = gluetun_id
        self._start = start
        self._grace = grace
        self._p2p_port = p2p_port
        self._checked = False

    def run(self) -> str:
        """Make all steps.

        :returns: ID of the new container.
        :raises RecreateFailed: the old one is back, as far as that can be.
        :raises DockerUnknown: Docker does not answer any more; the next call goes on from there.
        """
        for _step in self.steps():
            pass
        found = inspect_raw(self._client, self._name)
        return "" if found is None else found["Id"]

    def steps(self) -> Iterator[str]:
        """Make one step after the other; yields the name of each when it is made."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                step = self._one()
            except DockerUnknown:
                # It may have been made or not: the next look tells, and goes on from what it sees.
                if time.monotonic() >= deadline:
                    raise
                time.sleep(_POLL)
                continue
            if step == sequence.DONE:
                return
            yield step

    def _one(self) -> str:
        new, old = inspect_raw(self._client, self._name), inspect_raw(self._client, self._aside)
        if self._start is None:
            self._start = sequence.ran_before(new, old)
        step = sequence.next_step(new, old, self._gluetun_id, self._start, self._checked, self._p2p_port)
        if step == sequence.SET_ASIDE and self._p2p_port is not None:
            self._check_port(new)
        if step == sequence.NOTHING_LEFT:
            raise RecreateFailed("there is no container of that name any more: create it again")
        try:
            self._make(step, new, old)
        except (DockerRefused, _DoesNotStayUp) as error:
            said = explain(error) if isinstance(error, DockerRefused) else str(error)
            raise RecreateFailed(f"{said}{self._back(step, new, old)}") from error
        return step

    def _make(self, step: str, new: sequence.Raw, old: sequence.Raw) -> None:
        client = self._client
        if step == sequence.SET_ASIDE:
            call(client.rename, _there(new)["Id"], self._aside)
        elif step == sequence.CREATE:
            call(client.create_container_from_config, self._payload(_there(old)), self._name)
        elif step == sequence.STOP_OLD:
            self._stop(_there(old))
        elif step == sequence.START:
            call(client.start, _there(new)["Id"])
        elif step == sequence.CHECK:
            self._stays_up(_there(new)["Id"])
            self._checked = True
        elif step == sequence.REMOVE_OLD:
            self._remove(_there(old)["Id"])
        elif step == sequence.REMOVE_COPY:
            self._remove(_there(new)["Id"])

    def _payload(self, old: Dict[str, Any]) -> Dict[str, Any]:
        image = self._image(old["Image"])
        named = self._image(old["Config"]["Image"])
        payload = creation_payload(old, self._gluetun_id, image, named.get("Id"))
        return payload if self._p2p_port is None else with_p2p_port(payload, self._p2p_port)

    def _check_port(self, new: sequence.Raw) -> None:
        """Nothing is begun that could not be carried through."""
        try:
            with_p2p_port({} if new is None else new["Config"], self._p2p_port or 0)
        except ValueError as error:
            raise RecreateFailed(f"it cannot be given the port {self._p2p_port}: {error}") from error

    def _image(self, name: str) -> Dict[str, Any]:
        try:
            found: Dict[str, Any] = call(self._client.inspect_image, name)
            return found
        except DockerRefused as error:
            if error.status == 404:
                return {}
            raise

    def _stop(self, old: Dict[str, Any]) -> None:
        if old["State"]["Status"] == "paused":
            # A paused container does not hear SIGTERM.
            unless_gone(lambda: self._client.unpause(old["Id"]))
        unless_gone(lambda: self._client.stop(old["Id"], timeout=self._grace))

    def _remove(self, container_id: str) -> None:
        """Remove a container and never its volumes."""
        unless_gone(lambda: self._client.remove_container(container_id, v=False, force=True))

    def _stays_up(self, container_id: str) -> None:
        deadline = time.monotonic() + STAYS_UP
        while True:
            found = inspect_raw(self._client, container_id)
            state = {} if found is None else found["State"]
            restarts = 0 if found is None else found["RestartCount"]
            if state.get("Status") not in ("running", "paused") or restarts:
                code, said = state.get("ExitCode"), state.get("Error") or "see 'docker logs' of a container like it"
                raise _DoesNotStayUp(f"the new container does not stay up (exit code {code}): {said}")
            if time.monotonic() >= deadline:
                return
            time.sleep(_POLL)

    def _back(self, step: str, new: sequence.Raw, old: sequence.Raw) -> str:
        """Undo what was done, where there is something to go back to, and say what became of it."""
        if old is None or step not in (sequence.CREATE, sequence.START, sequence.CHECK):
            return ""
        try:
            if new is not None:
                self._remove(new["Id"])
            call(self._client.rename, old["Id"], self._name)
            if not self._start:
                return "; the old container was put back"
            # Where Docker refuses, it notes why in the container's state: it then counts as failed, not as stopped.
            call(self._client.start, old["Id"])
        except DockerError as failed:
            return f"; the old container was kept, and could not be brought back to work: {failed}"
        return "; the old container was put back and started"


def _there(raw: sequence.Raw) -> Dict[str, Any]:
    """A container that the step was chosen for, and so is there."""
    if raw is None:
        raise AssertionError("no step is chosen for a container that is absent")
    return raw


class _DoesNotStayUp(Exception):
    pass
