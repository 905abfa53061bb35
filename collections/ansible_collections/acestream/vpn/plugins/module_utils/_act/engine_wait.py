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
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import OK, UNKNOWN, Container
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_api import EngineAnswer, ask
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_api_exec import ask_by_exec
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_ports import WHAT_TO_DO, EnginePorts, ports

#: Seconds between two questions.
_POLL = 0.2
#: How long one question may take, seconds.
_ANSWER = 2.0
#: How long an engine is waited for that does not answer at a port which was merely assumed, seconds.
_ASSUMED = 10.0


def wait_usable(client: Any, name: str, http_port: Optional[int], deadline: float) -> Tuple[Optional[bool], str]:
    """Ask an engine until it is usable or the time is up; it is asked once at least.

    :param http_port: as it is declared; None: its container tells.
    :param deadline: on the clock of C(time.monotonic).
    :returns: whether it is usable (None: it cannot be found out), and why not.
    """
    began, answered = time.monotonic(), False
    container, its, said = None, EnginePorts(), ""
    while True:
        # Docker is asked only where the process is gone: everything else is seen without it.
        if container is None or identity(container.pid) is None:
            container, its, said = _find(client, name, http_port)
        if container is not None and its.http is not None:
            answer = _ask(client, container, its.http)
            if answer.connected:
                return True, ""
            answered = answered or answer.api == OK
            said = answer.problem or "it says that it is not connected"
            if its.assumed and not answered and time.monotonic() >= min(deadline, began + _ASSUMED):
                return None, f"no engine answers at port {its.http}, which was assumed ({said}): {WHAT_TO_DO}"
            if answer.api == UNKNOWN and time.monotonic() >= deadline:
                return None, said
        if time.monotonic() >= deadline:
            return False, said
        time.sleep(_POLL)


def _find(client: Any, name: str, http_port: Optional[int]) -> Tuple[Optional[Container], EnginePorts, str]:
    """The container of an engine if it runs, its ports, and why there is no container."""
    try:
        raw = inspect_raw(client, name)
    except DockerUnknown as error:
        return None, EnginePorts(), str(error)
    if raw is None:
        return None, EnginePorts(), "there is no container of that name"
    container = as_container(raw)
    if not container.running:
        return None, EnginePorts(), f"its container is {container.state}"
    return container, ports(raw, http_port), ""


def _ask(client: Any, container: Container, port: int) -> EngineAnswer:
    deadline = time.monotonic() + _ANSWER + 1.0
    if belongs_to(container.pid, container.id):
        try:
            return ask(container.pid, port, _ANSWER, deadline)
        except NamespaceUnavailable as error:
            return EngineAnswer(UNKNOWN, problem=str(error))
    return ask_by_exec(client, container.id, port, _ANSWER, deadline)
