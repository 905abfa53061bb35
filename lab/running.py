# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A lab for the time of a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import docker
import docker.errors
import requests

from lab import definition, docker_api
from lab.definition import Lab
from lab.down import down
from lab.faults import FAULTS
from lab.faults.fault import World
from lab.heal import heal
from lab.up import up


class RunningLab:
    """A lab that is up, and short ways to do things to it."""

    def __init__(self, client: docker.DockerClient, lab: Lab) -> None:
        """Hold both."""
        self.client = client
        self.lab = lab
        self.world = World(client, lab)

    def container(self, name: str) -> Any:
        """A container of this lab by its full name, freshly read."""
        return self.world.container(name)

    def fault(self, name: str, *value: str, number: int = 1) -> str:
        """Do one fault to VPN or engine ``number``. :returns: the line that says so."""
        fault = FAULTS[name]
        if fault.target == "vpn":
            return fault.run(self.world, self.world.vpn(str(number)), *value)
        if fault.target == "engine":
            return fault.run(self.world, self.world.engine(str(number)), *value)
        return fault.run(self.world)

    def heal(self) -> None:
        """Undo everything."""
        heal(self.client, self.lab)


def docker_answers() -> bool:
    """Whether there is a Docker to run a lab on."""
    try:
        docker.from_env(timeout=5).ping()
        return True
    except (docker.errors.DockerException, requests.RequestException):
        return False


@contextmanager
def running(**settings: Any) -> Iterator[RunningLab]:
    """Bring up a lab with these settings (those of ``definition.load``), and remove it and its files at the end.

    It has one VPN with three engines unless they say otherwise.
    """
    lab = definition.load(**{"vpn_count": 1, "engines": 3, **settings})
    client = docker_api.connect()
    try:
        up(client, lab)
        yield RunningLab(client, lab)
    finally:
        down(client, lab, purge=True)
