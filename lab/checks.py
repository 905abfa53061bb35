# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does it really work? Looked at from where a user stands: traffic through the tunnel, engines that answer."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from typing import Any

import docker.errors

from lab.definition import Engine, Vpn

#: An address of the internet beyond the tunnel; an address, so that no DNS is needed.
TARGET = "http://1.1.1.1/"
_CONNECTED = "/server/api?api_version=3&method=get_network_connection_status"


def egress(gluetun: Any, seconds: int = 2) -> bool:
    """Whether something beyond the tunnel answers to a request made inside this container."""
    command = ["timeout", str(seconds + 1), "wget", "-q", "-T", str(seconds), "-O", "/dev/null", TARGET]
    try:
        return gluetun.exec_run(command).exit_code == 0
    except docker.errors.APIError:
        return False  # not running


def get(url: str, key: str = "", seconds: float = 2.0) -> tuple[int, str]:
    """One HTTP GET, redirects not followed over hosts; status 0 where nothing answered."""
    request = urllib.request.Request(url, headers={"X-API-Key": key} if key else {})
    try:
        with urllib.request.urlopen(request, timeout=seconds) as response:
            return response.status, response.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")
    except (OSError, ValueError, http.client.HTTPException) as error:
        return 0, str(error)


def connected(vpn: Vpn, engine: Engine) -> bool | None:
    """What an engine says of its connection; None where it does not answer."""
    status, body = get(f"http://{vpn.gluetun_ip}:{engine.http_port}{_CONNECTED}")
    try:
        return bool(json.loads(body)["result"]["connected"]) if status == 200 else None
    except (ValueError, KeyError, TypeError):
        return None


def attached(engine: Any, gluetun: Any) -> bool:
    """Whether an engine's container was made for this very Gluetun and was started after it."""
    return (
        engine.attrs["HostConfig"]["NetworkMode"] == f"container:{gluetun.id}"
        and engine.attrs["State"]["StartedAt"] >= gluetun.attrs["State"]["StartedAt"]
    )
