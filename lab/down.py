# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Remove a lab: what carries its label, and nothing else."""

from __future__ import annotations

import contextlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import docker
import docker.errors

from lab import docker_api, files
from lab.definition import Lab
from lab.say import say


def down(client: docker.DockerClient, lab: Lab, purge: bool = False) -> None:
    """Remove the lab's containers, networks and volumes.

    :param purge: remove ``.lab/<prefix>/`` too, with keys, state and journal.
    """
    containers = docker_api.mine(client, lab)
    with docker_api.telling("cannot remove a container"), ThreadPoolExecutor(max_workers=8) as pool:
        for name in pool.map(_remove, containers):
            say(f"{name} removed")
    wanted = {"label": f"{lab.label}={lab.prefix}"}
    for network in client.networks.list(filters=wanted):
        with docker_api.telling(f"cannot remove network {network.name}"):
            network.remove()
        say(f"network {network.name} removed")
    for volume in client.volumes.list(filters=wanted):
        with docker_api.telling(f"cannot remove volume {volume.name}"):
            volume.remove()
        say(f"volume {volume.name} removed")
    if purge:
        shutil.rmtree(files.ROOT / lab.prefix, ignore_errors=True)
    say(f"lab {lab.prefix} is gone" + ("" if containers else " (there was nothing of it)"))


def _remove(container: Any) -> str:
    with contextlib.suppress(docker.errors.NotFound):  # somebody else was faster
        container.remove(force=True, v=True)
    return container.name
