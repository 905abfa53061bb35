# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One look at one engine.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, Dict, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._docker import (
    DockerError,
    as_container,
    inspect_raw,
)
from ansible_collections.acestream.vpn.plugins.module_utils._engine_api import ask
from ansible_collections.acestream.vpn.plugins.module_utils._engines import ports
from ansible_collections.acestream.vpn.plugins.module_utils._namespace import (
    NamespaceUnavailable,
    belongs_to,
    identity,
)
from ansible_collections.acestream.vpn.plugins.module_utils._observation import (
    UNKNOWN,
    Container,
    EngineEvidence,
)
from ansible_collections.acestream.vpn.plugins.module_utils._streams import live_streams, live_streams_by_exec


def look_at_engine(
    client: Any, name: str, declaration: Dict[str, Any], params: Dict[str, Any], deadline: float
) -> EngineEvidence:
    """Everything about one engine that can be found out by a deadline.

    :param declaration: what the caller declared of it; empty: a label pointed it out.
    :raises DockerError: Docker did not say whose it is.
    """
    try:
        raw = inspect_raw(client, name)
    except DockerError as error:
        if not declaration:
            raise
        return EngineEvidence(name, declaration["gluetun"], problems=(str(error),))
    if raw is None:
        return EngineEvidence(name, declaration.get("gluetun") or _only(params) or "", seen=True)
    container = as_container(raw)
    evidence = EngineEvidence(
        name,
        declaration.get("gluetun") or container.labels.get(params["engine_label"]) or _only(params) or "",
        seen=True,
        container=container,
        forwarded=container.labels.get("acestream.forwarded", "").lower() == "true",
        **ports(raw, declaration),
    )
    if not container.running:
        return evidence
    timeout = max(0.1, min(params["probe_timeout"], (deadline - time.monotonic()) / 2))
    return _running(client, evidence, container, timeout)


def _running(client: Any, evidence: EngineEvidence, container: Container, timeout: float) -> EngineEvidence:
    port = evidence.http_port
    if port is None:
        problem = "its HTTP port is not known: label it with acestream.http_port, or declare http_port"
        return replace(evidence, problems=(problem,))
    if not belongs_to(container.pid, container.id):
        return replace(
            evidence,
            streams=live_streams_by_exec(client, container.id, port),
            problems=("its processes cannot be seen from here, so its API could not be asked: run on the Docker host",),
        )
    evidence = replace(evidence, netns=identity(container.pid), streams=live_streams(container.pid, port))
    try:
        api, connected, version, problem = ask(container.pid, port, timeout)
    except NamespaceUnavailable as error:
        return replace(evidence, api=UNKNOWN, problems=(str(error),))
    return replace(
        evidence,
        api=api,
        connected=connected,
        version=version.get("version"),
        platform=version.get("platform"),
        problems=(problem,) if problem else (),
    )


def _only(params: Dict[str, Any]) -> Optional[str]:
    """The one gluetun of a host that has one."""
    return params["gluetuns"][0]["name"] if len(params["gluetuns"]) == 1 else None
