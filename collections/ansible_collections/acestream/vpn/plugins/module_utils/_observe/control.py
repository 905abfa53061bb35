# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One look at what a gluetun's control server says: where it is, and its answers as evidence.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
    API_OK,
    API_UNAUTHORISED,
    API_UNREACHABLE,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import GluetunOptions
from ansible_collections.acestream.vpn.plugins.module_utils._observe.control_server import ControlServer

#: Set by whoever builds an image (the OCI image specification's annotations); Gluetun's own images have it.
_VERSION_LABEL = "org.opencontainers.image.version"


@dataclass(frozen=True)
class ControlEvidence:
    """The part of a gluetun's evidence that comes from its control server."""

    api: str
    tunnel_status: Optional[str] = None
    public_ip: Optional[str] = None
    country: Optional[str] = None
    city: Optional[str] = None
    region: Optional[str] = None
    forwarded_port: Optional[int] = None
    version: Optional[str] = None
    problems: Tuple[str, ...] = ()


def control_server(
    entry: GluetunOptions, raw: Dict[str, Any], timeout: float, until: Optional[float] = None
) -> Optional[ControlServer]:
    """The control server of a gluetun; None: nobody knows its address.

    :param raw: its container, as C(docker inspect) describes it.
    """
    url = entry.control_url or own_url(raw, entry.control_port)
    if url is None:
        return None
    basic = (entry.username, entry.password or "") if entry.username else None
    return ControlServer(url, entry.api_key, basic, timeout, until)


def ask_control_server(entry: GluetunOptions, raw: Dict[str, Any], timeout: float, until: float) -> ControlEvidence:
    """Ask the tunnel's status, and where that is answered the rest."""
    server = control_server(entry, raw, timeout, until)
    if server is None:
        return ControlEvidence(API_UNREACHABLE, problems=("its container has no address: set control_url",))
    try:
        return _ask(server, _labelled_version(raw))
    finally:
        server.close()


def own_url(raw: Dict[str, Any], port: int) -> Optional[str]:
    """The container's own address on one of its Docker networks, which the Docker host reaches unpublished."""
    networks = (raw.get("NetworkSettings") or {}).get("Networks") or {}
    ordered = [networks[name] or {} for name in sorted(networks)]
    addresses = [network["IPAddress"] for network in ordered if network.get("IPAddress")]
    addresses += [f"[{network['GlobalIPv6Address']}]" for network in ordered if network.get("GlobalIPv6Address")]
    if addresses:
        return f"http://{addresses[0]}:{port}"
    host_network = ((raw.get("HostConfig") or {}).get("NetworkMode") or "") == "host"
    return f"http://127.0.0.1:{port}" if host_network else None


def _ask(server: ControlServer, version: Optional[str]) -> ControlEvidence:
    status = server.status()
    if status.api not in (API_OK, API_UNAUTHORISED):
        return ControlEvidence(status.api, version=version, problems=(status.problem,))
    if version is None:
        version = server.version()
    address = server.public_ip()
    port, said = server.forwarded_port(version)
    problems: List[str] = [answer.problem for answer in (status, address, said) if answer.problem]
    where = address.document
    return ControlEvidence(
        status.api,
        tunnel_status=status.document.get("status"),
        public_ip=where.get("public_ip"),
        country=_text(where.get("country")),
        city=_text(where.get("city")),
        region=_text(where.get("region")),
        forwarded_port=port,
        version=version,
        problems=tuple(problems),
    )


def _labelled_version(raw: Dict[str, Any]) -> Optional[str]:
    """The version that a release's image is labelled with: that saves asking for it."""
    labelled = ((raw.get("Config") or {}).get("Labels") or {}).get(_VERSION_LABEL) or ""
    return labelled if re.fullmatch(r"v?\d+\.\d+(\.\d+)?", labelled) else None


def _text(value: Any) -> Optional[str]:
    return value if isinstance(value, str) else None
