# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Docker, through its Python SDK: a client with a deadline on every call, and containers as plain values.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import os
import traceback
from datetime import datetime, timezone
from typing import Any, Dict, List, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._observation import Container

# The low-level client is all that is needed; the package's top level brings in the object model as well.
try:
    from docker.api.client import APIClient
    from docker.errors import APIError, DockerException, NotFound
    from docker.tls import TLSConfig
    from requests.exceptions import RequestException

    LIBRARY_ERROR = None
except ImportError:
    LIBRARY_ERROR = traceback.format_exc()

LOCAL_SOCKET = "unix:///var/run/docker.sock"

_INSTALL = (
    "The Python libraries docker and requests are missing for {python} on this host. Install them with "
    "'apt-get install python3-docker python3-requests' (for /usr/bin/python3), or with "
    "'{python} -m pip install docker requests' in a virtual environment, or set recovery_install_requirements=true"
)


class DockerError(Exception):
    """Docker cannot be used at all; the message says why and what to do."""


class DockerUnknown(DockerError):
    """Docker did not answer, or not in time: nothing is known, and nothing follows from it."""


class DockerRefused(DockerError):
    """Docker answered that it would not."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def require_libraries(module: Any) -> None:
    """End the module with the command that installs what is missing, if anything is."""
    if LIBRARY_ERROR is not None:
        import sys

        module.fail_json(msg=_INSTALL.format(python=sys.executable), exception=LIBRARY_ERROR)


def connect(params: Dict[str, Any]) -> "APIClient":
    """Make a client; no connection is opened yet.

    :raises DockerError: the connection options make no sense.
    """
    try:
        return APIClient(
            base_url=_base_url(params),
            # Asking the daemon for its version would cost a request on every run. This one is of Docker 20.10.
            version=params.get("api_version") or "1.41",
            timeout=params["timeout"],
            tls=_tls(params),
            num_pools=32,
        )
    except (DockerException, ValueError) as error:
        raise DockerError(f"cannot use Docker at {params['docker_host']}: {error}") from error


def is_local(params: Dict[str, Any]) -> bool:
    """Whether the daemon runs on the machine that this module runs on."""
    return params["docker_host"].startswith(("unix://", "http+unix://"))


def _base_url(params: Dict[str, Any]) -> str:
    host = params["docker_host"]
    return host.replace("tcp://", "https://", 1) if params.get("tls") or params.get("validate_certs") else host


def _tls(params: Dict[str, Any]) -> Any:
    if not (params.get("tls") or params.get("validate_certs")):
        return False
    pair = (params["client_cert"], params["client_key"]) if params.get("client_cert") else None
    return TLSConfig(
        client_cert=pair, ca_cert=params.get("ca_path"), verify=bool(params.get("validate_certs"))
    )


def call(function: Any, *arguments: Any, **options: Any) -> Any:
    """Call the SDK, with its many exceptions turned into two.

    :raises DockerRefused: Docker answered with an error.
    :raises DockerUnknown: it did not answer.
    """
    try:
        return function(*arguments, **options)
    except APIError as error:
        status = error.response.status_code if error.response is not None else 0
        raise DockerRefused(str(error.explanation or error), status) from error
    except (DockerException, RequestException, OSError, ValueError) as error:
        raise DockerUnknown(f"Docker did not answer: {error}") from error


def inspect_raw(client: "APIClient", name: str) -> Optional[Dict[str, Any]]:
    """C(docker inspect) of one container; None: there is none of that name.

    :raises DockerUnknown: Docker did not answer, or answered with an error of its own.
    """
    try:
        return call(client.inspect_container, name)
    except DockerRefused as error:
        if error.status == 404:
            return None
        raise DockerUnknown(f"Docker answered with an error: {error}") from error


def inspect(client: "APIClient", name: str) -> Optional[Container]:
    """One container as a plain value; None: there is none of that name."""
    raw = inspect_raw(client, name)
    return None if raw is None else as_container(raw)


def list_names(client: "APIClient", labels: List[str]) -> List[str]:
    """Names of all containers, running or not, that have all of these labels (C(name) or C(name=value))."""
    found = call(client.containers, all=True, filters={"label": labels})
    return [item["Names"][0].lstrip("/") for item in found if item.get("Names")]


def as_container(raw: Dict[str, Any]) -> Container:
    """Read what C(docker inspect) says."""
    state = raw.get("State") or {}
    host_config = raw.get("HostConfig") or {}
    return Container(
        id=raw["Id"],
        name=raw["Name"].lstrip("/"),
        state=state.get("Status") or "dead",
        pid=state.get("Pid") or 0,
        started_at=as_epoch(state.get("StartedAt")),
        finished_at=as_epoch(state.get("FinishedAt")),
        exit_code=state.get("ExitCode") or 0,
        error=state.get("Error") or "",
        restart_policy=(host_config.get("RestartPolicy") or {}).get("Name") or "no",
        health=(state.get("Health") or {}).get("Status") or "none",
        network_mode=host_config.get("NetworkMode") or "",
        image=(raw.get("Config") or {}).get("Image") or "",
        labels=dict((raw.get("Config") or {}).get("Labels") or {}),
    )


def as_epoch(text: Optional[str]) -> Optional[float]:
    """Docker's time stamp, RFC 3339 with up to nine digits, in epoch seconds; None: it never happened."""
    if not text or text.startswith("0001-"):
        return None
    seconds, _dot, rest = text.partition(".")
    digits = rest.rstrip("Z").split("+")[0].split("-")[0]
    if not rest:
        seconds, digits = text.rstrip("Z"), "0"
    try:
        moment = datetime.strptime(seconds[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    return moment.timestamp() + float("0." + (digits or "0")) - _offset(text)


def _offset(text: str) -> float:
    """Seconds by which a time stamp's zone is ahead of UTC."""
    zone = text[19:].lstrip(".0123456789")
    if zone in ("", "Z"):
        return 0.0
    hours, _colon, minutes = zone[1:].partition(":")
    return (1 if zone[0] == "+" else -1) * (int(hours) * 3600.0 + int(minutes or 0) * 60.0)


