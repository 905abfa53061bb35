# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out one step on one engine.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Any, Dict, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._act import container_step
from ansible_collections.acestream.vpn.plugins.module_utils._act import desired_engine as want
from ansible_collections.acestream.vpn.plugins.module_utils._act.engine_progress import EngineProgress
from ansible_collections.acestream.vpn.plugins.module_utils._act.recreate import RecreateFailed, Recreation, newest_api
from ansible_collections.acestream.vpn.plugins.module_utils._host import clock
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerRefused
from ansible_collections.acestream.vpn.plugins.module_utils._host.refusals import explain
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Container


class StepFailed(Exception):
    """Docker would not; the message says why and what to do."""


def carry_out(client: Any, engine: EngineProgress, params: Dict[str, Any]) -> Optional[str]:
    """Make the step that was chosen for an engine.

    :returns: ID of its container afterwards; None: it has none.
    :raises StepFailed: it was refused.
    :raises DockerUnknown: nobody knows what came of it.
    """
    try:
        if engine.action == want.RECREATE:
            return _recreate(client, engine, params)
        if engine.action == want.REMOVE:
            return _remove(client, engine, params)
        return _on_container(client, engine.action, engine.before, params)
    except RecreateFailed as error:
        raise StepFailed(str(error)) from error
    except DockerRefused as error:
        raise StepFailed(explain(error)) from error


def _recreate(client: Any, engine: EngineProgress, params: Dict[str, Any]) -> str:
    newest = newest_api(client, params)
    start = True if engine.wish.state == want.STARTED else None
    try:
        made = Recreation(
            newest, engine.name, engine.gluetun_id or "", start, params["stop_timeout"], engine.wish.p2p_port
        ).run()
    finally:
        if newest is not client:
            newest.close()
    found = engine.seen.engine
    as_before = found is not None and found.id == made and found.running
    if start and as_before and want.is_stranded(engine.seen, clock.now(client, params)):
        # An earlier recreation got as far as starting it, and gluetun was restarted since.
        _on_container(client, want.RESTART, found, params)
    return made


def _on_container(client: Any, action: str, before: Optional[Container], params: Dict[str, Any]) -> str:
    if before is None:
        raise AssertionError("there is nothing to act on")
    grace = params["stop_timeout"]
    patience = float(params["timeout"] + grace)
    if before.state == "paused":
        # A paused container does not hear SIGTERM.
        container_step.settle(client, before.id, lambda: client.unpause(before.id), container_step.running, patience)
    if action == want.RESTART:
        reached = container_step.restarted_after(before)
        container_step.settle(client, before.id, lambda: client.restart(before.id, timeout=grace), reached, patience)
    elif action == want.START:
        container_step.settle(client, before.id, lambda: client.start(before.id), container_step.running, patience)
    elif action == want.STOP:
        container_step.settle(
            client, before.id, lambda: client.stop(before.id, timeout=grace), container_step.at_rest, patience
        )
    return before.id


def _remove(client: Any, engine: EngineProgress, params: Dict[str, Any]) -> None:
    """Remove an engine and what a recreation put aside of it, and never their volumes."""
    for container in (engine.seen.engine, engine.seen.aside):
        if container is not None:
            remove(client, container, params)


def remove(client: Any, container: Container, params: Dict[str, Any]) -> None:
    """Stop and remove a container, and never its volumes.

    :raises DockerRefused: Docker would not.
    :raises DockerUnknown: nobody knows what came of it.
    """
    if container.state in ("running", "paused", "restarting"):
        # Given the time to end by itself, it leaves its data in order.
        container_step.unless_gone(_task(_on_container, client, want.STOP, container, params))
    force = _task(client.remove_container, container.id, v=False, force=True)
    patience = float(params["timeout"])
    container_step.settle(client, container.id, _task(container_step.unless_gone, force), container_step.gone, patience)


def _task(function: Any, *arguments: Any, **options: Any) -> Any:
    return lambda: function(*arguments, **options)
