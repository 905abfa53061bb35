# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Over SSH, with the distribution's own Python and its python3-docker: what a user's media server has."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.lab.e2e.harness import PLAYBOOK, ROOT, inspect, until

SSHD = "/usr/sbin/sshd"
PORT = 25922

pytestmark = pytest.mark.skipif(
    not os.path.exists(SSHD) or os.path.isdir("/run/systemd/system"),
    reason="an SSH server of its own is started only where no other one is: see tools/setup",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """An SSH server on loopback that lets one key in."""
    folder: Path = tmp_path_factory.mktemp("ssh")
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    shutil.copy(folder / "user.pub", folder / "authorized_keys")
    os.makedirs("/run/sshd", exist_ok=True)
    options = {
        "ListenAddress": f"127.0.0.1:{PORT}",
        "HostKey": folder / "host",
        "AuthorizedKeysFile": folder / "authorized_keys",
        "PermitRootLogin": "prohibit-password",
        "PasswordAuthentication": "no",
        "StrictModes": "no",
        "PidFile": folder / "pid",
        "Subsystem": "sftp internal-sftp",
    }
    words = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    process = subprocess.Popen([SSHD, "-D", "-e", "-f", "/dev/null", *words], stderr=(folder / "log").open("w"))
    yield folder
    process.terminate()
    process.wait(10)


@pytest.fixture
def inventory(world, server):
    """The lab's own inventory, reached over SSH instead of locally."""
    document = yaml.safe_load((world.folder / "inventory.yml").read_text(encoding="utf-8"))
    host = document["vpn_hosts"]["hosts"]["lab"]
    host.update(
        ansible_connection="ssh",
        ansible_host="127.0.0.1",
        ansible_port=PORT,
        ansible_user="root",
        ansible_ssh_private_key_file=str(server / "user"),
        ansible_ssh_common_args="-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null",
        ansible_python_interpreter="/usr/bin/python3",
    )
    path = server / "inventory.yml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    path.chmod(0o600)
    return path


def _recover(inventory: Path) -> subprocess.CompletedProcess:
    command = [*PLAYBOOK, "-i", str(inventory), "playbooks/recover.yml"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.parametrize("fault", [pytest.param("gluetun-restart", marks=pytest.mark.full), "gluetun-recreate"])
def test_a_remote_host_is_mended_like_a_local_one(world, server, inventory, fault):
    until(lambda: "Server listening" in (server / "log").read_text(), "the SSH server listens")
    assert _recover(inventory).returncode == 0
    world.fault(fault)
    done = _recover(inventory)
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(world.shown()) == world.engines
    gluetun = inspect(world.gluetun)["Id"]
    assert {inspect(name)["HostConfig"]["NetworkMode"] for name in world.engines} == {f"container:{gluetun}"}
    again = _recover(inventory)
    assert "changed=0" in again.stdout, again.stdout
