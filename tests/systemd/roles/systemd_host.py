# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A media server to install things on: Debian with systemd as its first process, Docker, cron and an SSH server.

It is one container of the Docker that runs here, and has a Docker of its own inside, so that a lab that is started in
it sees what a lab on a real host sees: its processes in C(/proc), its namespaces, its services. Ansible reaches it over
SSH, as a user does::

    with SystemdHost("monitoring", tmp_path) as host:
        lab = host.lab("acemon", slot=109, engines=2)
        lab.up()
        run = host.run("exporter", "-e", "exporter_token=secret")   # playbooks/exporter.yml over this host
        assert run.code == 0, run.output
        host.exec("systemctl", "is-active", "acestream-vpn-exporter")
        host.docker("kill", lab.gluetun)                            # Docker inside

All that it starts carries a label of its own, and its clean-up touches nothing else. The image is made once, from
Debian's packages (about a minute); a host starts in about two seconds, and gets the lab's images in a few more.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import yaml

from lab import base_image, docker_api, image_builds
from tests import pip_sources
from tests.lab.e2e.harness import PLAYBOOK, ROOT, Lab, Run, docker, finish, until

LABEL = "acestream.vpn.host"
#: Debian's packages: what a media server has before anything is installed by a role.
PACKAGES = Path(__file__).with_name("systemd-host-packages.txt")
#: What one test fetched is there for the next one: wheels, Debian's packages, and its lists of them.
_KEPT = {
    "acehost-wheels": "/var/cache/wheels",
    "acehost-apt-archives": "/var/cache/apt/archives",
    "acehost-apt-lists": "/var/lib/apt/lists",
}
#: What the roles install, which they find in that folder alone.
_REQUIREMENTS = sorted((ROOT / "collections/ansible_collections/acestream/vpn/roles").glob("*/files/requirements.txt"))
#: One host at a time fetches what none has fetched yet.
_COLLECT = """
cd /var/cache/wheels
exec 9>lock
flock 9
for listed in "$@"; do
  complete="$(sha256sum <"$listed" | cut -c 1-16).complete"
  if [ ! -e "$complete" ]; then
    [ -d /tmp/collect ] || python3 -m venv /tmp/collect
    /tmp/collect/bin/python -m pip wheel --quiet --wheel-dir . --requirement "$listed"
    touch "$complete"
  fi
done
"""
#: Docker inside writes to memory, for what it holds is gone with the host.
_IN_MEMORY = ("/run", "/run/lock", "/var/lib/docker:exec", "/var/lib/containerd:exec")
#: Less than a privileged container has: what systemd needs, and what a Docker inside needs.
_CAPABILITIES = ("SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE", "DAC_READ_SEARCH")
_UNCONFINED = ("seccomp=unconfined", "apparmor=unconfined", "systempaths=unconfined")
#: Docker mounts these read-only, and both systemd and the Docker inside make groups of their own there.
_BOOT = """
mount -o remount,bind,rw /sys
for each in /sys/fs/cgroup /sys/fs/cgroup/*; do
  if mountpoint -q "$each"; then mount -o remount,bind,rw "$each"; fi
done
exec /lib/systemd/systemd
"""


class SystemdHost:
    """One such host. Use it as a context manager, or start and stop it.

    :param name: distinguishes hosts that run at the same time; what an earlier one of that name left is removed.
    :param folder: for its keys and its inventory, such as pytest's C(tmp_path).
    :ivar container: its container's name, in the Docker that runs here.
    :ivar inventory: path of the Ansible inventory with this host, C(media), in the group C(vpn_hosts).
    :ivar variables: of this host in the inventory, beside those that say how to reach it. C(lab) sets what names
        the lab's parts; a test may add more before C(run).
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.container = f"acehost-{name}"
        self.folder = folder
        self.inventory = folder / "inventory.yml"
        self.variables: dict[str, Any] = {}
        self._name = name
        self._images: set[str] = set()
        self._labs: list[InnerLab] = []

    def __enter__(self) -> SystemdHost:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it, and return once systemd, Docker and SSH answer."""
        self.stop()
        self._write_files()
        image = base_image.ensure(docker_api.connect(), "acehost", PACKAGES)
        # What the lab needs there: its code, its files at the same place, and libraries newer than Debian's.
        lab_files = ROOT / ".lab"
        lab_files.mkdir(exist_ok=True)
        mounts = [f"{ROOT}:{ROOT}:ro", f"{lab_files}:{lab_files}"]
        mounts += [f"{sysconfig.get_path('purelib')}:/opt/lab-python:ro"]
        mounts += [f"{self.folder / name}:/etc/{name}:ro" for name in ("pip.conf", "pip-sources.conf")]
        mounts += [f"{volume}:{path}" for volume, path in _KEPT.items()]
        mounts += [f"{path}:{path}:ro" for path in pip_sources.paths()]
        mounts += [f"{self.folder / 'sshd.conf'}:/etc/ssh/sshd_config.d/test.conf:ro"]
        mounts += [f"{self.folder / 'key.pub'}:/etc/ssh/authorized_keys:ro"]
        options = ["--name", self.container, "--hostname", "media", "--label", f"{LABEL}={self._name}"]
        options += ["--cgroupns", "private", "--device", "/dev/net/tun", "--device-cgroup-rule", "a *:* rwm"]
        options += ["--stop-signal", "SIGRTMIN+3", "--env", "container=docker", "--publish", "127.0.0.1::22"]
        for flag, values in (
            ("--cap-add", _CAPABILITIES),
            ("--security-opt", _UNCONFINED),
            ("--tmpfs", _IN_MEMORY),
            ("--volume", mounts),
        ):
            options += [word for value in values for word in (flag, value)]
        for volume in _KEPT:
            docker("volume", "create", "--label", f"{LABEL}=kept", volume)
        docker("run", "--detach", *options, image, "sh", "-c", _BOOT)
        until(lambda: self._is_up(), f"{self.container} has started: see docker logs {self.container}", 60)
        words = ("env", "PIP_CONFIG_FILE=/etc/pip-sources.conf", "PIP_NO_INDEX=0", "sh", "-ec", _COLLECT, "sh")
        self.exec(*words, *(str(path) for path in _REQUIREMENTS))
        self.ssh_port = int(docker("port", self.container, "22/tcp").splitlines()[0].rpartition(":")[2])
        self._describe()

    def stop(self) -> None:
        """Remove it, with all that is in it."""
        found = docker("ps", "--all", "--quiet", "--filter", f"label={LABEL}={self._name}").split()
        if found:
            docker("rm", "--force", "--volumes", *found)
        for lab in self._labs:
            shutil.rmtree(lab.folder, ignore_errors=True)

    def lab(self, prefix: str, slot: int = 107, **options: Any) -> InnerLab:
        """A lab in this host's own Docker, not started yet; C(options) are those of the harness's C(Lab).

        The host's inventory names its parts from C(up) on. Its address range need not differ from that of a lab
        outside, for both have networks of their own.
        """
        made = InnerLab(self, prefix, slot, **options)
        self._labs.append(made)
        return made

    def run(self, playbook: str, *options: str) -> Run:
        """Run a playbook of the folder C(playbooks) over this host."""
        return finish(self.start_run(playbook, *options), timeout=900)

    def start_run(self, playbook: str, *options: str) -> subprocess.Popen:
        """Start such a run and do not wait."""
        self._describe()
        command = [*PLAYBOOK, "-i", str(self.inventory), f"playbooks/{playbook}.yml", *options]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def exec(self, *words: str, check: bool = True, **options: Any) -> str:
        """Run a command on it as root; what it printed, with its errors.

        :param check: it must end with 0.
        :param options: of C(subprocess.run), such as C(input).
        """
        done = subprocess.run(
            ["docker", "exec", "--interactive", self.container, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **options,
        )
        assert not check or done.returncode == 0, f"{shlex.join(words)}: exit code {done.returncode}: {done.stdout}"
        return done.stdout.strip()

    def docker(self, *words: str) -> str:
        """The Docker command inside."""
        return self.exec("docker", *words)

    def write(self, path: str, text: str, mode: str = "0644") -> None:
        """Write a file on it."""
        self.exec("sh", "-c", f"umask 077; cat >{shlex.quote(path)}; chmod {mode} {shlex.quote(path)}", input=text)

    def journal(self, unit: str) -> str:
        """What a unit has written to systemd's journal."""
        return self.exec("journalctl", "--no-pager", "--output=cat", "--unit", unit)

    def load(self, *images: str) -> None:
        """Give images of the Docker that runs here to the Docker inside."""
        missing = [image for image in images if image not in self._images]
        if not missing:
            return
        with subprocess.Popen(["docker", "save", *missing], stdout=subprocess.PIPE) as saved:
            self.exec("docker", "load", "--quiet", stdin=saved.stdout)
        self._images.update(missing)

    def _is_up(self) -> bool:
        units = self.exec("systemctl", "is-active", "docker", "ssh", check=False)
        return units.split() == ["active", "active"]

    def _write_files(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "key").unlink(missing_ok=True)
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.folder / "key")]
        subprocess.run(words, check=True)
        # The key is mounted, and belongs to whoever runs the tests.
        sshd = "AuthorizedKeysFile /etc/ssh/authorized_keys\nStrictModes no\n"
        (self.folder / "sshd.conf").write_text(sshd, encoding="utf-8")
        (self.folder / "pip-sources.conf").write_text(pip_sources.configuration(), encoding="utf-8")
        lines = ["[global]", "no-index = true", "find-links = /var/cache/wheels", "disable-pip-version-check = true"]
        (self.folder / "pip.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _describe(self) -> None:
        reached = {
            "ansible_host": "127.0.0.1",
            "ansible_port": self.ssh_port,
            "ansible_user": "root",
            "ansible_ssh_private_key_file": str(self.folder / "key"),
            "ansible_ssh_common_args": "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null",
            "ansible_python_interpreter": "/usr/bin/python3",
        }
        document = {"vpn_hosts": {"hosts": {"media": {**reached, **self.variables}}}}
        self.inventory.write_text(yaml.safe_dump(document), encoding="utf-8")
        self.inventory.chmod(0o600)


class InnerLab(Lab):
    """A lab in the Docker of a systemd host. Its files are where those of any lab are, here and there."""

    def __init__(self, host: SystemdHost, prefix: str, slot: int, **options: Any) -> None:
        super().__init__(prefix, slot, **options)
        self._host = host
        self.docker_command = ("docker", "exec", host.container, "docker")

    def up(self) -> None:
        self._host.load(*image_builds.ensure(docker_api.connect()).values())
        super().up()
        hosts = yaml.safe_load((self.folder / "inventory.yml").read_text(encoding="utf-8"))["vpn_hosts"]["hosts"]
        given = {name: value for name, value in hosts["lab"].items() if name.startswith("recovery_")}
        self._host.variables.update(given)

    def restart_gluetun(self) -> None:
        """Leave the engines without a network."""
        self._host.docker("restart", "--time", "1", self.gluetun)

    def mended(self) -> bool:
        """Whether each engine was started after Gluetun, and may get a new stream."""
        words = ("inspect", "--format", "{{.State.StartedAt}}")
        gluetun, *engines = self._host.docker(*words, self.gluetun, *self.engines).split()
        return all(engine > gluetun for engine in engines) and sorted(self.shown()) == self.engines

    def _lab(self, *words: str) -> str:
        command = ["env", "--chdir", str(ROOT), "PYTHONPATH=/opt/lab-python", "PYTHONDONTWRITEBYTECODE=1"]
        return self._host.exec(*command, "python3", "-m", "lab", "--prefix", self.prefix, *words, timeout=300)
