# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Break one part of a deployment on purpose, and mend what only the drill itself has broken.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import time
from typing import Any, Dict

from ansible_collections.acestream.vpn.plugins.module_utils._act.container_actions import RESTART, carry_out
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import as_container, inspect_raw
from ansible_collections.acestream.vpn.plugins.module_utils._model.step_options import DrillOptions
from ansible_collections.acestream.vpn.plugins.module_utils._observe.control import control_server
from ansible_collections.acestream.vpn.plugins.module_utils._publish.drill_report import GLUETUN, PORT

#: How long Gluetun may take to stop its tunnel, or to start it, seconds.
PATIENCE = 30.0


class DrillError(Exception):
    """It could not be done; the message says why and what to do."""


def break_part(client: Any, drill: DrillOptions) -> str:
    """Break it, and say what was done.

    A restart is not written down as an attempt: the budget is for what the recovery does.

    :raises DrillError: it could not be done.
    :raises DockerError: Docker would not, or did not answer.
    """
    name = drill.gluetun.name
    raw = _container(client, name)
    if drill.part == GLUETUN:
        carry_out(client, RESTART, as_container(raw), drill.docker.timeout, drill.stop_timeout)
        return f"the container {name} was restarted"
    _put(raw, drill, "stopped")
    if drill.part == PORT:
        _put(raw, drill, "running")
        return f"the tunnel of {name} was stopped and started, so that it has to obtain a forwarded port again"
    return f"the tunnel of {name} was stopped"


def undo(client: Any, drill: DrillOptions) -> str:
    """Let the tunnel run again. The other parts need nothing: what was broken is over."""
    if drill.part == GLUETUN:
        return "nothing is left to undo"
    _put(_container(client, drill.gluetun.name), drill, "running")
    return f"the tunnel of {drill.gluetun.name} was told to run"


def _container(client: Any, name: str) -> Dict[str, Any]:
    raw = inspect_raw(client, name)
    if raw is None or not as_container(raw).running:
        raise DrillError(f"{name} does not run: a drill needs a host that is well")
    return raw


def _put(raw: Dict[str, Any], drill: DrillOptions, status: str) -> None:
    server = control_server(drill.gluetun, raw, drill.probe_timeout)
    if server is None:
        raise DrillError("its container has no address: set control_url")
    try:
        switch = server.put_status(status, time.monotonic() + PATIENCE)
        if not switch:
            raise DrillError(f"its tunnel could not be told to be {status}: {switch.problem}")
    finally:
        server.close()
