# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One look at one gluetun.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, Dict, List, Optional, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils import _dns, _egress, _egress_exec
from ansible_collections.acestream.vpn.plugins.module_utils._control_server import ControlServer
from ansible_collections.acestream.vpn.plugins.module_utils._docker import (
    DockerError,
    as_container,
    inspect_raw,
)
from ansible_collections.acestream.vpn.plugins.module_utils._namespace import (
    NamespaceUnavailable,
    belongs_to,
    identity,
)
from ansible_collections.acestream.vpn.plugins.module_utils._observation import (
    API_OK,
    API_UNAUTHORISED,
    API_UNREACHABLE,
    UNKNOWN,
    GluetunEvidence,
)
from ansible_collections.acestream.vpn.plugins.module_utils._parallel import gather
from ansible_collections.acestream.vpn.plugins.module_utils._proc_net import has_tunnel, read


def look_at_gluetun(
    client: Any, entry: Dict[str, Any], params: Dict[str, Any], deadline: float
) -> GluetunEvidence:
    """Everything about one gluetun that can be found out by a deadline.

    :param entry: its options (name, control_url, control_port, api_key, username, password).
    :param deadline: on the clock of C(time.monotonic).
    """
    try:
        raw = inspect_raw(client, entry["name"])
    except DockerError as error:
        return GluetunEvidence(entry["name"], problems=(str(error),))
    if raw is None:
        return GluetunEvidence(entry["name"], seen=True)
    container = as_container(raw)
    evidence = GluetunEvidence(entry["name"], seen=True, container=container)
    if not container.running:
        return evidence
    ours = belongs_to(container.pid, container.id)
    found = gather(
        {
            "egress": lambda: probe_egress(client, container.id, container.pid if ours else None, params),
            "dns": lambda: _dns.probe(container.pid, params["probe_timeout"]) if ours else UNKNOWN,
            "control": lambda: _ask(entry, raw, min(params["probe_timeout"], deadline - time.monotonic())),
        },
        deadline,
    )
    if ours:
        devices = read(container.pid, "dev")
        evidence = replace(
            evidence,
            netns=identity(container.pid),
            tunnel_interface=None if devices is None else has_tunnel(devices),
        )
    problems: List[str] = []
    evidence = _with_egress(evidence, found["egress"], problems)
    evidence = replace(evidence, dns=found["dns"] if isinstance(found["dns"], str) else UNKNOWN)
    control = found["control"]
    if isinstance(control, dict):
        problems.extend(control.pop("problems"))
        evidence = replace(evidence, **control)
    else:
        problems.append(f"its control server could not be asked: {control}")
        evidence = replace(evidence, api=UNKNOWN)
    return replace(evidence, problems=tuple(problems))


def probe_egress(client: Any, container_id: str, pid: Optional[int], params: Dict[str, Any]) -> Tuple[str, str]:
    """Probe egress from inside: by entering the namespace, or with a tool of the image where that cannot be.

    :param pid: of the container's first process as this machine sees it; None: it is out of sight.
    :returns: ok, failed or unknown, and what was said.
    """
    targets, timeout = params["egress_targets"], params["probe_timeout"]
    said = "its processes cannot be seen from here"
    if pid is not None:
        try:
            return _egress.probe(pid, targets, timeout)
        except NamespaceUnavailable as error:
            said = str(error)
    verdict, detail = _egress_exec.probe(client, container_id, targets, timeout)
    return verdict, f"{said}; {detail}" if verdict == UNKNOWN else detail


def control_server(entry: Dict[str, Any], raw: Dict[str, Any], timeout: float) -> Optional[ControlServer]:
    """The control server of a gluetun; None: nobody knows its address."""
    url = entry.get("control_url") or _own_url(raw, entry["control_port"])
    if url is None:
        return None
    basic = (entry["username"], entry.get("password") or "") if entry.get("username") else None
    return ControlServer(url, entry.get("api_key"), basic, timeout)


def _with_egress(evidence: GluetunEvidence, result: Any, problems: List[str]) -> GluetunEvidence:
    verdict, said = result if isinstance(result, tuple) else (UNKNOWN, str(result))
    if verdict == UNKNOWN:
        problems.append(f"egress could not be probed: {said}")
    return replace(evidence, egress=verdict)


def _own_url(raw: Dict[str, Any], port: int) -> Optional[str]:
    """The container's own address on one of its Docker networks, which the Docker host reaches unpublished."""
    networks = (raw.get("NetworkSettings") or {}).get("Networks") or {}
    addresses = [network["IPAddress"] for network in networks.values() if network.get("IPAddress")]
    if addresses:
        return f"http://{addresses[0]}:{port}"
    host_network = ((raw.get("HostConfig") or {}).get("NetworkMode") or "") == "host"
    return f"http://127.0.0.1:{port}" if host_network else None


def _ask(entry: Dict[str, Any], raw: Dict[str, Any], timeout: float) -> Dict[str, Any]:
    """What the control server says, as fields of the evidence."""
    server = control_server(entry, raw, timeout)
    if server is None:
        return {"api": API_UNREACHABLE, "problems": ["its container has no address: set control_url"]}
    try:
        status = server.status()
        if status.api not in (API_OK, API_UNAUTHORISED):
            return {"api": status.api, "problems": [status.problem]}
        address = server.public_ip()
        port, said = server.forwarded_port()
    finally:
        server.close()
    problems = [answer.problem for answer in (status, address, said) if answer.problem]
    return {
        "api": status.api,
        "tunnel_status": status.document.get("status"),
        "public_ip": address.document.get("public_ip"),
        "country": address.document.get("country"),
        "city": address.document.get("city"),
        "region": address.document.get("region"),
        "forwarded_port": port,
        "problems": problems,
    }
