# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The newer Docker's daemon."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from lab.wait import wait_for
from tools.newer_docker.errors import NewerDockerError
from tools.newer_docker.namespaces import Namespaces

_START = 60.0  # seconds
#: What a user may have set for another Docker.
_OF_ANOTHER = ("DOCKER_CONTEXT", "DOCKER_API_VERSION")
_SAYS = "Docker {{.ServerVersion}}, containerd {{.ContainerdCommit.ID}}, runc {{.RuncCommit.ID}}, {{.Driver}}"


def configuration(binaries: Path, data: Path, cgroup: str, image_store: str) -> dict[str, Any]:
    """The file daemon.json; the machine's own is not read.

    :param binaries: the root of the unpacked packages.
    :param data: where images and containers are kept.
    :param cgroup: the name of the control group that holds the containers'.
    :param image_store: ``containerd``, or ``docker`` for Docker's own.
    """
    return {
        "data-root": str(data),
        "cgroup-parent": f"/{cgroup}",
        "exec-opts": ["native.cgroupdriver=cgroupfs"],
        "init-path": str(binaries / "usr/bin/tini-static"),
        "userland-proxy-path": str(binaries / "usr/sbin/docker-proxy"),
        "features": {"containerd-snapshotter": image_store == "containerd"},
    }


def environment(binaries: Path, oldest_api: str | None = None) -> dict[str, str]:
    """The environment of the daemon, and of those who are to reach it with a client of its own version.

    :param binaries: the root of the unpacked packages.
    :param oldest_api: the version of the API below which it refuses clients, as newer ones do; its own choice if None.
    """
    programs = f"{binaries}/usr/bin:{binaries}/usr/sbin"
    return {
        **{name: value for name, value in os.environ.items() if name not in _OF_ANOTHER},
        **({"DOCKER_MIN_API_VERSION": oldest_api} if oldest_api else {}),
        "DOCKER_HOST": "unix:///var/run/docker.sock",
        "PATH": f"{programs}:{os.environ['PATH']}:/usr/sbin:/sbin",
    }


def start(namespaces: Namespaces, found: dict[str, str], config: dict[str, Any], folder: Path) -> str:
    """Start it, and wait until it answers. It ends with the namespaces.

    :param found: its environment.
    :param folder: for its configuration and its log.
    :returns: what it says of itself.
    :raises NewerDockerError: it does not answer in time; the message ends with the tail of its log.
    """
    (folder / "daemon.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    log = folder / "dockerd.log"
    with log.open("wb") as output:
        daemon = namespaces.start(
            ["dockerd", "--config-file", str(folder / "daemon.json")],
            environment=found,
            output=output,
            new_session=True,
        )

    def answers() -> bool:
        # Not `docker info`, which is content without a daemon where it has a format.
        return namespaces.ask(["docker", "version", "--format", "{{.Server.Version}}"], environment=found) is not None

    if not wait_for(lambda: daemon.poll() is not None or answers(), _START) or daemon.poll() is not None:
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-12:])
        raise NewerDockerError(f"the newer Docker does not start:\n{tail}")
    return (namespaces.ask(["docker", "info", "--format", _SAYS], environment=found) or "").strip()


def load(namespaces: Namespaces, found: dict[str, str], image: str) -> None:
    """Copy an image of the machine's own Docker: where the newer one is, no package mirror is reached.

    :param found: the environment in which the newer one is reached.
    :param image: its name with the tag.
    :raises NewerDockerError: it could not be copied.
    """
    with subprocess.Popen(["docker", "save", image], stdout=subprocess.PIPE) as saving:
        loading = namespaces.start(
            ["docker", "load", "--quiet"], environment=found, stdin=saving.stdout, new_session=True
        )
        if saving.stdout is not None:
            saving.stdout.close()
        if loading.wait() or saving.wait():
            raise NewerDockerError(f"{image} could not be copied")
