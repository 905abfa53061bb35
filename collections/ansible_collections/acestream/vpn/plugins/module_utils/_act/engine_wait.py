# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait until an engine is usable: its own API answers and says that it is connected.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import time
from typing import Any, Optional, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerUnknown, as_container, inspect_raw
from ansible_collections.acestream.vpn.plugins.module_utils._host.namespace import (
    NamespaceUnavailable,
    belongs_to,
    identity,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import UNKNOWN, Container
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_api import EngineAnswer, ask
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_api_exec import ask_by_exec
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_discovery import ports

#: Seconds between two questions.
_POLL = 0.2
#: How long one question may take, seconds.
_ANSWER = 2.0


def wait_usable(client: Any, name: str, http_port: Optional[int], deadline: float) -> Tuple[Optional[bool], str]:
    """Ask an engine until it is usable or the time is up; it is asked once at least.

    :param http_port: as it is declared; None: its label or its command line tells.
    :param deadline: on the clock of C(time.monotonic).
    :returns: whether it is usable (None: it cannot be found out), and why not.
    """
    container, port, said = None, None, ""
    while True:
        # Docker is asked only where the process is gone: everything else is seen without it.
        if container is None or identity(container.pid) is None:
            container, port, said = _find(client, name, http_port)
        if container is not None and port is None:
            return None, "its HTTP port is not known: label it with acestream.http_port, or give http_port"
        if container is not None and port is not None:
            answer = _ask(client, container, port)
            if answer.connected:
                return True, ""
            said = answer.problem or "it says that it is not connected"
            if answer.api == UNKNOWN and time.monotonic() >= deadline:
                return None, said
        if time.monotonic() >= deadline:
            return False, said
        time.sleep(_POLL)


def _find(client: Any, name: str, http_port: Optional[int]) -> Tuple[Optional[Container], Optional[int], str]:
    """The container of an engine if it runs, its port if that is known, and why there is no container."""
    try:
        raw = inspect_raw(client, name)
    except DockerUnknown as error:
        return None, None, str(error)
    if raw is None:
        return None, None, "there is no container of that name"
    container = as_container(raw)
    if not container.running:
        return None, None, f"its container is {container.state}"
    return container, ports(raw, http_port).http_port, ""


def _ask(client: Any, container: Container, port: int) -> EngineAnswer:
    deadline = time.monotonic() + _ANSWER + 1.0
    if belongs_to(container.pid, container.id):
        try:
            return ask(container.pid, port, _ANSWER, deadline)
        except NamespaceUnavailable as error:
            return EngineAnswer(UNKNOWN, problem=str(error))
    return ask_by_exec(client, container.id, port, _ANSWER, deadline)
