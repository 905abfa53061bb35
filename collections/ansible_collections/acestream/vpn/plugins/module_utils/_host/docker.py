# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Docker: calls that end in an answer, a refusal or "unknown", and containers as plain values.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import sys
import traceback
from typing import Any, Callable, Dict, List, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._host import docker_client
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker_time import as_epoch
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Container
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import DockerOptions

try:
    from http.client import HTTPException

    from docker.errors import APIError, DockerException
    from requests.exceptions import RequestException, Timeout
    from urllib3.exceptions import HTTPError

    LIBRARY_ERROR = docker_client.LIBRARY_ERROR
except ImportError:
    LIBRARY_ERROR = traceback.format_exc()

_INSTALL = (
    "The Python libraries docker and requests are missing for {python} on this host. Install them with "
    "'apt-get install python3-docker python3-requests' (for /usr/bin/python3), or with "
    "'{python} -m pip install docker requests' in a virtual environment, or set recovery_install_requirements=true"
)


class DockerError(Exception):
    """Docker cannot be used; the message says why and what to do."""


class DockerUnknown(DockerError):
    """Docker did not answer, or not in time: nothing is known, and nothing follows from it."""


class DockerRefused(DockerError):
    """Docker answered that it would not.

    :ivar status: the HTTP status of its answer.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def require_libraries(module: Any) -> None:
    """End the module with the command that installs what is missing, if anything is."""
    if LIBRARY_ERROR is not None:
        module.fail_json(msg=_INSTALL.format(python=sys.executable), exception=LIBRARY_ERROR)


def connect(docker: DockerOptions) -> Any:
    """A C(docker.APIClient) whose every call has a deadline (O(timeout)); no connection is opened yet.

    :raises DockerError: the options make no sense.
    """
    try:
        return docker_client.make_client(docker)
    except (DockerException, ValueError, OSError) as error:
        raise DockerError(f"cannot use Docker at {docker.docker_host}: {error}") from error


def is_local(docker: DockerOptions) -> bool:
    """Whether the daemon runs on the machine that this module runs on."""
    return docker.docker_host.startswith(("unix://", "http+unix://"))


def call(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Call the SDK, with its many exceptions turned into two.

    :raises DockerRefused: Docker answered with an error.
    :raises DockerUnknown: it did not answer.
    """
    try:
        return function(*arguments, **options)
    except APIError as error:
        status = error.response.status_code if error.response is not None else 0
        raise DockerRefused(str(error.explanation or error), status) from error
    except (DockerException, RequestException, HTTPError, HTTPException, OSError, ValueError) as error:
        raise DockerUnknown(_explain(error)) from error


def inspect_raw(client: Any, name: str) -> Optional[Dict[str, Any]]:
    """C(docker inspect) of one container; None: there is none of that name (or full ID).

    :raises DockerUnknown: Docker did not answer, or answered with an error of its own.
    """
    try:
        raw = call(client.inspect_container, name)
    except DockerRefused as error:
        if error.status == 404:
            return None
        raise DockerUnknown(f"Docker answered with an error: {error}") from error
    # Docker takes the beginning of another container's ID for a name as well.
    return raw if name in (raw["Name"].lstrip("/"), raw["Id"]) else None


def inspect(client: Any, name: str) -> Optional[Container]:
    """One container as a plain value; None: there is none of that name.

    :raises DockerUnknown: Docker did not say.
    """
    raw = inspect_raw(client, name)
    return None if raw is None else as_container(raw)


def list_containers(client: Any) -> List[Container]:
    """All containers of the host, running or not, in one call.

    A list says less than C(docker inspect): ID, name, state, network mode, image and labels are filled.

    :raises DockerError: Docker did not list them.
    """
    return [_as_listed(item) for item in call(client.containers, all=True) if item.get("Names")]


def list_named(client: Any, ending: str) -> List[str]:
    """Names of all containers, running or not, that end in these letters.

    :raises DockerError: Docker did not list them.
    """
    found = call(client.containers, all=True, filters={"name": ending})
    names = [_own_name(item["Names"]) for item in found if item.get("Names")]
    return [name for name in names if name.endswith(ending)]


def list_names(client: Any) -> List[str]:
    """Names of all containers of the host, running or not.

    :raises DockerError: Docker did not list them.
    """
    return [_own_name(item["Names"]) for item in call(client.containers, all=True) if item.get("Names")]


def run_in(client: Any, container_id: str, command: List[str]) -> str:
    """What a command prints that is run in a container; an exit code is not asked for.

    :raises DockerError: it could not be run.
    """
    made = call(client.exec_create, container_id, command)
    printed: bytes = call(client.exec_start, made["Id"])
    return printed.decode("utf-8", "replace")


def as_container(raw: Dict[str, Any]) -> Container:
    """Read what C(docker inspect) says."""
    state = raw.get("State") or {}
    host_config = raw.get("HostConfig") or {}
    config = raw.get("Config") or {}
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
        image=config.get("Image") or "",
        labels=dict(config.get("Labels") or {}),
    )


def _as_listed(item: Dict[str, Any]) -> Container:
    return Container(
        id=item.get("Id") or "",
        name=_own_name(item["Names"]),
        state=item.get("State") or "",
        network_mode=(item.get("HostConfig") or {}).get("NetworkMode") or "",
        image=item.get("Image") or "",
        labels=dict(item.get("Labels") or {}),
    )


def _own_name(names: List[str]) -> str:
    """The container's own name: legacy links add names such as C(/other/alias)."""
    return min(names, key=lambda name: name.count("/")).lstrip("/")


def _explain(error: Exception) -> str:
    if isinstance(error, Timeout):
        return "Docker did not answer in time: see whether its daemon hangs (docker ps)"
    text = str(error)
    if "Permission denied" in text:
        return "Docker may not be used by this user: run as root (become: true)"
    if "No such file" in text or "refused" in text:
        return f"Docker does not run, or docker_host is wrong: {text}"
    return f"Docker did not answer: {text}"
