# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out one step on one engine.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Any, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._act import container_actions, container_step
from ansible_collections.acestream.vpn.plugins.module_utils._act import desired_engine as want
from ansible_collections.acestream.vpn.plugins.module_utils._act.engine_progress import EngineProgress
from ansible_collections.acestream.vpn.plugins.module_utils._act.recreate import RecreateFailed, Recreation, newest_api
from ansible_collections.acestream.vpn.plugins.module_utils._host import clock
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerRefused
from ansible_collections.acestream.vpn.plugins.module_utils._host.refusals import explain
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Container
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import DockerOptions


class StepFailed(Exception):
    """Docker would not; the message says why and what to do."""


def carry_out(client: Any, engine: EngineProgress, docker: DockerOptions, grace: int) -> Optional[str]:
    """Make the step that was chosen for an engine.

    :param docker: how C(client) reaches Docker.
    :param grace: how long its container may take to stop, seconds.
    :returns: ID of its container afterwards; None: it has none.
    :raises StepFailed: it was refused.
    :raises DockerUnknown: nobody knows what came of it.
    """
    try:
        if engine.action == want.RECREATE:
            return _recreate(client, engine, docker, grace)
        if engine.action == want.REMOVE:
            _remove(client, engine, docker.timeout, grace)
            return None
        return _on_container(client, engine.action, engine.before, docker.timeout, grace)
    except RecreateFailed as error:
        raise StepFailed(str(error)) from error
    except DockerRefused as error:
        raise StepFailed(explain(error)) from error


def _recreate(client: Any, engine: EngineProgress, docker: DockerOptions, grace: int) -> str:
    newest = newest_api(client, docker)
    start = True if engine.wish.state == want.STARTED else None
    try:
        made = Recreation(newest, engine.name, engine.gluetun_id or "", start, grace, engine.wish.p2p_port).run()
    finally:
        if newest is not client:
            newest.close()
    found = engine.seen.engine
    as_before = found is not None and found.id == made and found.running
    if start and as_before and want.is_stranded(engine.seen, clock.now(client, docker)):
        # An earlier recreation got as far as starting it, and gluetun was restarted since.
        _on_container(client, container_actions.RESTART, found, docker.timeout, grace)
    return made


def _on_container(client: Any, action: str, before: Optional[Container], timeout: float, grace: int) -> str:
    if before is None:
        raise AssertionError("there is nothing to act on")
    container_actions.carry_out(client, action, before, timeout, grace)
    return before.id


def _remove(client: Any, engine: EngineProgress, timeout: float, grace: int) -> None:
    """Remove an engine and what a recreation put aside of it, and never their volumes."""
    for container in (engine.seen.engine, engine.seen.aside):
        if container is not None:
            remove(client, container, timeout, grace)


def remove(client: Any, container: Container, timeout: float, grace: int) -> None:
    """Stop and remove a container, and never its volumes.

    :param timeout: of a call to Docker, seconds.
    :param grace: how long the container may take to stop, seconds.
    :raises DockerRefused: Docker would not.
    :raises DockerUnknown: nobody knows what came of it.
    """
    if container.state in ("running", "paused", "restarting"):
        # Given the time to end by itself, it leaves its data in order.
        container_step.unless_gone(
            lambda: container_actions.carry_out(client, container_actions.STOP, container, timeout, grace)
        )

    def force() -> None:
        container_step.unless_gone(lambda: client.remove_container(container.id, v=False, force=True))

    container_step.settle(client, container.id, force, container_step.gone, timeout)
