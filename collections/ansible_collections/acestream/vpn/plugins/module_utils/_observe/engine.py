# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One look at one engine.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import (
    DockerError,
    as_container,
    inspect_raw,
)
from ansible_collections.acestream.vpn.plugins.module_utils._host.namespace import (
    NamespaceUnavailable,
    belongs_to,
    identity,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
    UNKNOWN,
    Container,
    EngineEvidence,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import HostOptions
from ansible_collections.acestream.vpn.plugins.module_utils._observe import timings
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_api import EngineAnswer, ask
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_api_exec import ask_by_exec
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_discovery import Found, has_label
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_ports import DEFAULT_HTTP_PORT, ports
from ansible_collections.acestream.vpn.plugins.module_utils._observe.streams import (
    Connections,
    live_streams,
    live_streams_by_exec,
)


def look_at_engine(
    client: Any,
    name: str,
    host: HostOptions,
    deadline: float,
    found: Found,
    connections: Optional[Connections] = None,
    took: Optional[timings.Timings] = None,
) -> EngineEvidence:
    """Everything about one engine that can be found out by a deadline.

    :param deadline: on the clock of C(time.monotonic).
    :param found: its gluetun, and what Docker's list said of it.
    :param connections: those that the other engines of this look know of.
    :param took: is told how long each probe took.
    """
    took = took or timings.Timings()
    assigned = EngineEvidence(name, found.gluetun, aside=found.aside)
    try:
        raw = took.of(timings.DOCKER, inspect_raw, client, name)
    except DockerError as error:
        return replace(assigned, problems=(str(error),))
    if raw is None:
        return replace(assigned, seen=True)
    container = as_container(raw)
    declared = host.declared(name)
    its = ports(raw, declared.http_port if declared else None)
    evidence = replace(
        assigned,
        seen=True,
        container=container,
        forwarded=container.labels.get("acestream.forwarded", "").lower() == "true",
        owned=has_label(container.labels, host.discovery.pool_label),
        http_port=its.http,
        https_port=its.https,
        p2p_port=its.p2p,
        http_port_from=its.told_by,
        http_port_assumed=its.assumed,
    )
    if not container.running:
        return evidence
    return _running(client, evidence, container, host.probe.probe_timeout, deadline, connections, took)


def _running(
    client: Any,
    evidence: EngineEvidence,
    container: Container,
    timeout: float,
    deadline: float,
    connections: Optional[Connections],
    took: timings.Timings,
) -> EngineEvidence:
    ours = belongs_to(container.pid, container.id)
    evidence = replace(evidence, netns=identity(container.pid) if ours else None)
    port = evidence.http_port or DEFAULT_HTTP_PORT
    streams = live_streams(container.pid, port, connections) if ours else None
    if streams is None:
        streams = live_streams_by_exec(client, container.id, port, deadline)
    answer = took.of(timings.ENGINE, _ask, client, container, port, timeout, deadline, ours)
    return replace(
        evidence,
        streams=streams,
        api=answer.api,
        connected=answer.connected,
        version=_text(answer.version.get("version")),
        platform=_text(answer.version.get("platform")),
        problems=(answer.problem,) if answer.problem else (),
    )


def _ask(client: Any, container: Container, port: int, timeout: float, deadline: float, ours: bool) -> EngineAnswer:
    said = "its processes cannot be seen from here"
    if ours:
        try:
            return ask(container.pid, port, timeout, deadline)
        except NamespaceUnavailable as error:
            said = str(error)
    answer = ask_by_exec(client, container.id, port, timeout, deadline)
    return answer._replace(problem=f"{said}; {answer.problem}") if answer.api == UNKNOWN else answer


def _text(value: Any) -> Optional[str]:
    return value if isinstance(value, str) else None
