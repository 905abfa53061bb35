# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a fault is, and the world it is done to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import docker

from lab import docker_api
from lab.definition import Engine, Lab, Vpn
from lab.errors import LabError

STANDIN_LABEL = "acestream.vpn.lab.standin"


@dataclass(frozen=True)
class World:
    """Docker and one lab in it."""

    client: docker.DockerClient
    lab: Lab

    def container(self, name: str) -> Any:
        """A container of this lab.

        :raises LabError: it is not there.
        """
        return docker_api.need(self.client, self.lab, name)

    def vpn(self, which: str) -> Vpn:
        """A VPN by its name or its place, counted from 1.

        :raises LabError: there is none.
        """
        for place, vpn in enumerate(self.lab.vpns, start=1):
            if which in (vpn.name, str(place)):
                return vpn
        raise LabError(f"there is no VPN {which}", f"This lab has {', '.join(vpn.name for vpn in self.lab.vpns)}.")

    def engine(self, which: str) -> Engine:
        """An engine by its number.

        :raises LabError: there is none.
        """
        for engine in self.lab.engines:
            if engine.name == f"{self.lab.prefix}-engine{which}":
                return engine
        raise LabError(f"there is no engine {which}", f"This lab has engines 1 to {len(self.lab.engines)}.")


@dataclass(frozen=True)
class Fault:
    """One thing that can be done to the world.

    :ivar target: what it is done to: ``vpn``, ``engine`` or ``lab``.
    :ivar run: does it, and returns the line that says so.
    :ivar opposite: the fault that undoes it, or ``heal``; empty for what is itself an undoing.
    :ivar value: what the optional value of the command line means; empty if it takes none.
    """

    name: str
    target: str
    text: str
    run: Callable[..., str]
    opposite: str = ""
    value: str = ""


def set_switch(container: Any, name: str, value: str) -> None:
    """Set a switch that the program in a container reads.

    :raises LabError: the container does not run.
    """
    _shell(container, 'mkdir -p /run/lab && printf %s "$2" > "/run/lab/$1"', name, value)


def clear_switch(container: Any, *names: str) -> None:
    """Take switches back; those that are not set stay so.

    :raises LabError: the container does not run.
    """
    _shell(container, 'cd /run/lab 2>/dev/null && rm -f "$@" || true', *names)


def _shell(container: Any, script: str, *arguments: str) -> None:
    with docker_api.telling(f"{container.name} cannot be reached into"):
        code, said = docker_api.run_in(container, ["sh", "-c", script, "sh", *arguments])
    if code:
        raise LabError(f"{container.name}: {said.strip()}")
