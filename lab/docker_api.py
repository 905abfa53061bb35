# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way to Docker, with errors that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import docker
import docker.errors
import requests

from lab.definition import Lab
from lab.errors import LabError
from lab.wait import wait_for

_TIMEOUT = 60  # seconds; building an image sends something at least this often
_FREEZES = 30.0  # seconds


def connect() -> docker.DockerClient:
    """A client for the Docker that ``DOCKER_HOST`` names, or the local one."""
    try:
        client = docker.from_env(timeout=_TIMEOUT)
        client.ping()
    except (docker.errors.DockerException, requests.RequestException) as error:
        raise LabError(
            f"Docker does not answer: {error}",
            "Install and start it (apt-get install docker.io; systemctl start docker), or set DOCKER_HOST.",
        ) from error
    return client


@contextmanager
def telling(what: str) -> Iterator[None]:
    """Turn what Docker says into one sentence."""
    try:
        yield
    except docker.errors.APIError as error:
        raise LabError(f"{what}: {error.explanation or error}", hint(str(error.explanation or error))) from error
    except (docker.errors.DockerException, requests.RequestException) as error:
        raise LabError(f"{what}: {error}") from error


def hint(said: str) -> str:
    """What to do about the errors a user is likely to meet."""
    if "port is already allocated" in said or "address already in use" in said:
        return "Another program has the port: choose others with --host-port-base."
    if "Pool overlaps" in said:
        return "Another network has these addresses: choose others with --subnet."
    return ""


def find(client: docker.DockerClient, name: str) -> Any | None:
    """A container by its name, or None."""
    try:
        return client.containers.get(name)
    except docker.errors.NotFound:
        return None


def need(client: docker.DockerClient, lab: Lab, name: str) -> Any:
    """A container of this lab.

    :raises LabError: it is not there, or it is not the lab's.
    """
    container = find(client, name)
    if container is None:
        raise LabError(f"{name} does not exist", f"Run `python -m lab --prefix {lab.prefix} up` first.")
    if container.labels.get(lab.label) != lab.prefix:
        raise LabError(f"{name} does not belong to this lab", "Choose another --prefix; it will not be touched.")
    return container


def pause(container: Any) -> None:
    """Pause a container, unless it is.

    On a busy machine with control groups v1, its processes may not all stand still in the time that the runtime gives
    them. They go on then, and are asked again.

    :raises LabError: it cannot be paused.
    """

    refused: list[docker.errors.APIError] = []

    def frozen() -> bool:
        try:
            container.pause()
        except docker.errors.APIError as error:
            if "unable to freeze" not in str(error):
                raise
            refused.append(error)
            return False
        return True

    if container.status != "paused":
        with telling(f"cannot pause {container.name}"):
            if not wait_for(frozen, _FREEZES):
                raise refused[-1]


def mine(client: docker.DockerClient, lab: Lab) -> list[Any]:
    """All containers of this lab, running or not."""
    return client.containers.list(all=True, filters={"label": f"{lab.label}={lab.prefix}"}, ignore_removed=True)


def run_in(container: Any, command: list[str]) -> tuple[int, str]:
    """Run a command in a container; its exit code and what it printed."""
    code, output = container.exec_run(command)
    return code, output.decode("utf-8", "replace")
