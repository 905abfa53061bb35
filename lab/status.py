# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the lab is, as a table."""

from __future__ import annotations

from typing import Any

import docker

from lab import checks, control, docker_api, files
from lab.definition import Lab


def rows(client: docker.DockerClient, lab: Lab) -> list[dict[str, str]]:
    """One row for each container of the definition."""
    key = files.api_key(lab.prefix)
    found = []
    for vpn in lab.vpns:
        found.append(_row(client, vpn.provider, f"{vpn.public_ip}, forwards port {vpn.forwarded_port}"))
        gluetun = docker_api.find(client, vpn.gluetun)
        found.append(_row(client, vpn.gluetun, _gluetun(gluetun, vpn, key)))
        for engine in vpn.engines:
            container = docker_api.find(client, engine.name)
            found.append(_row(client, engine.name, _engine(container, gluetun, vpn, engine)))
    return found


def table(found: list[dict[str, str]]) -> str:
    """The rows as aligned text."""
    columns = ("container", "docker", "what")
    widths = {name: max(len(name), *(len(row[name]) for row in found)) for name in columns}
    lines = [{name: name.upper() for name in columns}, *found]
    return "\n".join("  ".join(row[name].ljust(widths[name]) for name in columns).rstrip() for row in lines)


def _row(client: docker.DockerClient, name: str, what: str) -> dict[str, str]:
    container = docker_api.find(client, name)
    if container is None:
        return {"container": name, "docker": "absent", "what": ""}
    health = container.attrs["State"].get("Health", {}).get("Status")
    return {"container": name, "docker": container.status + (f"/{health}" if health else ""), "what": what}


def _gluetun(container: Any, vpn: Any, key: str) -> str:
    if container is None or container.status != "running":
        return ""
    status = control.document(vpn, "/v1/vpn/status", key)
    port = control.port(vpn, key)
    address = control.document(vpn, "/v1/publicip/ip", key)
    parts = [
        f"tunnel {status if isinstance(status, str) else status.get('status')}",
        f"egress {'works' if checks.egress(container) else 'fails'}",
        f"port {'unknown' if port is None else port}",
        f"ip {address if isinstance(address, str) else address.get('public_ip') or 'unknown'}",
    ]
    return ", ".join(parts)


def _engine(container: Any, gluetun: Any, vpn: Any, engine: Any) -> str:
    if container is None or container.status != "running":
        return ""
    if gluetun is None or not checks.attached(container, gluetun):
        return "stranded: its namespace is not Gluetun's"
    said = {True: "connected", False: "not connected", None: "does not answer"}[checks.connected(vpn, engine)]
    forwarded = ", forwarded engine" if engine.forwarded else ""
    return f"{said}, http://127.0.0.1:{engine.host_port}{forwarded}"
