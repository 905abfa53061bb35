# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Watch one Gluetun: samples as in the recorded time lines, a row of JSON for each change."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import docker

from lab import checks, control, docker_api, files
from lab.definition import Lab, Vpn


def sample(client: docker.DockerClient, vpn: Vpn, key: str) -> dict[str, Any]:
    """One look. What the API does not say is the reason in a word."""
    container = docker_api.find(client, vpn.gluetun)
    state = container.attrs["State"] if container else {}
    health = state.get("Health", {}).get("Status", "none")
    return {
        "status": _value(vpn, "/v1/vpn/status", "status", key),
        "port": _value(vpn, "/v1/portforward", "port", key),
        "ip": _value(vpn, "/v1/publicip/ip", "public_ip", key),
        "container": f"{container.status}/{health}" if container else "absent",
        "egress": bool(container) and container.status == "running" and checks.egress(container, 1),
    }


def changes(client: docker.DockerClient, lab: Lab, vpn: Vpn, seconds: float, every: float = 0.5) -> Iterator[dict]:
    """A row for the first sample and for each that differs from the one before, with ``t`` in seconds."""
    key = files.api_key(lab.prefix)
    began, before = time.monotonic(), None
    while (at := time.monotonic() - began) < seconds:
        found = sample(client, vpn, key)
        if found != before:
            before = found
            yield {"t": round(at, 1), **found}
        time.sleep(max(0.0, began + at + every - time.monotonic()))


def _value(vpn: Vpn, path: str, name: str, key: str) -> Any:
    found = control.document(vpn, path, key)
    if isinstance(found, str):
        return "ConnectionError" if found == "no answer" else found
    return found.get(name)
