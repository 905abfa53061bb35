# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""On a bare Debian 12 with git and make, a fresh clone needs the README's two commands and nothing else.

The machine is a container with a Docker of its own, which C(tools/setup) installs and starts there. What is committed
is what is tested. It takes about a quarter of an hour, most of it downloads and the demonstration.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import base_image, docker_api
from tests import pip_sources
from tests.lab.e2e.harness import docker, until

ROOT = Path(__file__).resolve().parents[3]
NAME = "acefresh"
LABEL = "acestream.vpn.fresh"
PACKAGES = Path(__file__).with_name("fresh-container-packages.txt")
#: For one command; seconds.
_PATIENCE = 1800
#: Less than a privileged container has, for not every host may give all: what a Docker inside and mmdebstrap need.
_CAPABILITIES = ("SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE", "DAC_READ_SEARCH")
_UNCONFINED = ("seccomp=unconfined", "apparmor=unconfined", "systempaths=unconfined")
#: Docker mounts these read-only, and the Docker inside makes groups of its own there. With control groups of version 2,
#: a group with processes of its own cannot be divided.
_BOOT = """
mount -o remount,bind,rw /sys
for each in /sys/fs/cgroup /sys/fs/cgroup/*; do
  if mountpoint -q "$each"; then mount -o remount,bind,rw "$each"; fi
done
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mkdir -p /sys/fs/cgroup/init
  for each in $(cat /sys/fs/cgroup/cgroup.procs); do echo "$each" >/sys/fs/cgroup/init/cgroup.procs; done
fi
touch /booted
exec sleep infinity
"""

pytestmark = [pytest.mark.lab, pytest.mark.slow]


class Machine:
    """The container, with a clone of this repository at a time."""

    def clone(self, into: str) -> None:
        self.run("/", "git", "config", "--global", "--add", "safe.directory", "*")
        self.run("/", "git", "clone", "--quiet", "/source", into)

    def run(self, folder: str, *words: str) -> str:
        """Run a command in a folder; what it printed."""
        command = ["docker", "exec", "--workdir", folder, NAME, "timeout", str(_PATIENCE), *words]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(words)}: exit code {done.returncode}:\n{done.stdout[-6000:]}"
        return done.stdout

    def cut_off(self) -> None:
        """From here on there is no network but what Docker inside makes."""
        docker("network", "disconnect", "bridge", NAME)


def _remove() -> None:
    found = docker("ps", "--all", "--quiet", "--filter", f"label={LABEL}").split()
    if found:
        docker("rm", "--force", "--volumes", *found)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    _remove()
    image = base_image.ensure(docker_api.connect(), NAME, PACKAGES)
    (tmp_path / "pip.conf").write_text(pip_sources.configuration(), encoding="utf-8")
    mounts = [f"{ROOT}:/source:ro", f"{tmp_path / 'pip.conf'}:/etc/pip.conf:ro"]
    # Layers cannot be stacked on layers: Docker inside writes to a volume.
    mounts += ["/var/lib/docker", *(f"{path}:{path}:ro" for path in pip_sources.paths())]
    options = ["--name", NAME, "--label", LABEL, "--cgroupns", "private"]
    options += ["--device", "/dev/net/tun", "--device-cgroup-rule", "a *:* rwm"]
    for flag, values in (("--cap-add", _CAPABILITIES), ("--security-opt", _UNCONFINED), ("--volume", mounts)):
        options += [word for value in values for word in (flag, value)]
    try:
        docker("run", "--detach", "--init", *options, image, "sh", "-c", _BOOT)
        until(lambda: "booted" in docker("exec", NAME, "ls", "/"), f"{NAME} has started: see docker logs {NAME}")
        yield Machine()
    finally:
        _remove()


def test_two_commands_do_all_and_fetch_nothing_twice(machine: Machine) -> None:
    machine.clone("/first")
    assert "The demonstration took" in machine.run("/first", "make", "demo")
    assert "1 passed, 0 failed" in machine.run("/first", "make", "test", "STAGES=lint")

    machine.cut_off()
    assert "making" not in machine.run("/first", "tools/setup", "test")
    # Another checkout of the same user gets everything from what is kept.
    machine.clone("/second")
    machine.run("/second", "tools/setup", "test")
    assert "1 passed, 0 failed" in machine.run("/second", "make", "test", "STAGES=lint")
