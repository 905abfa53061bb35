# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real Prometheus and Alertmanager on loopback, with the configuration that the role monitoring writes."""

from __future__ import annotations

import grp
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import requests

from lab.errors import LabError
from lab.wait import wait_for

ROOT = Path(__file__).resolve().parents[1]
#: Where C(tools/setup test) unpacks the distribution's packages.
TOOLS = ROOT / ".state/tools/usr/bin"
_START = 30.0


def tool(name: str) -> str:
    """Path of a program of Prometheus or Alertmanager.

    :raises LabError: it is not there.
    """
    found = shutil.which(name, path=_path())
    if found is None:
        raise LabError(f"{name} is not installed", "Call tools/setup test.")
    return found


def _command(name: str) -> list[str]:
    """How it is started.

    Debian's Alertmanager reads a template from its package's place, which is elsewhere where the package is unpacked
    only: it is shown that place, alone.
    """
    path = Path(tool(name))
    if path.parent != TOOLS:
        return [str(path)]
    words = ["unshare", "--mount"] + (["--map-root-user"] if os.geteuid() else [])
    return [*words, "sh", "-c", 'mount --bind "$0" /usr/share && exec "$@"', str(TOOLS.parent / "share"), str(path)]


def free_port() -> int:
    """A TCP port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def configure(folder: Path, *options: str, **variables: Any) -> str:
    """Have the role write its files into a folder, as it would into C(/etc/prometheus), without packages and services.

    :param options: further words for ansible-playbook.
    :param variables: of the role.
    :returns: what the playbook printed.
    :raises LabError: it failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "monitoring_hosts": "localhost",
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "monitoring_directory": str(folder),
        "monitoring_unit_directory": str(folder / "systemd"),
        "monitoring_file_group": grp.getgrgid(os.getgid()).gr_name,
        "monitoring_services": False,
        "monitoring_install_packages": False,
        **variables,
    }
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("ansible-playbook")),
            "playbooks/monitoring.yml",
            "--inventory=localhost,",
            f"--extra-vars={json.dumps(settings)}",
            *options,
        ],
        cwd=ROOT,
        env={**os.environ, "PATH": _path()},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        raise LabError(f"the role monitoring failed: {done.stdout}{done.stderr}")
    return done.stdout


class _Server:
    """A program that is started, asked over HTTP and stopped. Use it as a context manager.

    :ivar port: where it listens on loopback; chosen at once, so that others can be told before it starts.
    """

    program = ""
    options: tuple[str, ...] = ()

    def __init__(self, folder: Path) -> None:
        """:param folder: has its configuration, and gets its data and its log."""
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"{self.program}.log"

    def __enter__(self) -> Any:
        command = [*_command(self.program), f"--web.listen-address=127.0.0.1:{self.port}"]
        command += [option.format(folder=self.folder) for option in self.options]
        with self.log.open("w", encoding="utf-8") as log:
            self._process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=subprocess.STDOUT)
        wait_for(lambda: self._process.poll() is not None or self._ready(), _START, every=0.05)
        if not self._ready():
            self.__exit__()
            raise LabError(f"{self.program} does not start: {self.log.read_text(encoding='utf-8')}")
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def get(self, path: str, **query: str) -> Any:
        """:returns: the JSON document of an address below C(url)."""
        answer = requests.get(self.url + path, params=query, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def _ready(self) -> bool:
        try:
            return requests.get(self.url + "/-/ready", timeout=2).ok
        except requests.RequestException:
            return False


class Prometheus(_Server):
    """Prometheus with the C(prometheus.yml) of a folder."""

    program = "prometheus"
    options = ("--config.file={folder}/prometheus.yml", "--storage.tsdb.path={folder}/prometheus-data")

    def alerts(self, state: str = "firing") -> set[str]:
        """Names of the alerts in that state."""
        alerts = self.get("/api/v1/alerts")["data"]["alerts"]
        return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == state}

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The samples of an expression now."""
        return self.get("/api/v1/query", query=expression)["data"]["result"]


class Alertmanager(_Server):
    """Alertmanager with the C(alertmanager.yml) of a folder."""

    program = "prometheus-alertmanager"
    options = (
        "--config.file={folder}/alertmanager.yml",
        "--storage.path={folder}/alertmanager-data",
        "--cluster.listen-address=",
    )

    def states(self) -> dict[str, str]:
        """C(active) or C(suppressed), by name of the alert."""
        return {alert["labels"]["alertname"]: alert["status"]["state"] for alert in self.get("/api/v2/alerts")}


def _path() -> str:
    return os.pathsep.join((str(TOOLS), os.environ.get("PATH", "")))
