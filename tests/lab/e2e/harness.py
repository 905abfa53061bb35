# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an end-to-end test does: start a lab, break it, run playbooks, and read Docker's own event stream."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.lab.e2e.preloaded import Preloaded, Started

ROOT = Path(__file__).resolve().parents[3]
PLAYBOOK = [str(Path(sys.executable).with_name("ansible-playbook"))]


@dataclass(frozen=True)
class Run:
    """A playbook run that ended."""

    code: int
    output: str

    @property
    def changed(self) -> int:
        return int(re.search(r"changed=(\d+)", self.output)[1])


class Lab:
    """One lab, by its command line, as a user would handle it."""

    #: What reaches the Docker that it is in.
    docker_command: tuple[str, ...] = ("docker",)
    #: Runs playbooks without loading Ansible each time; None: each run is a program of its own.
    ansible: Preloaded | None = None

    def __init__(self, prefix: str, slot: int, engines: int = 3, vpns: int = 1) -> None:
        self.prefix = prefix
        self._options = ["--subnet", f"10.{30 + slot // 8}.{32 * (slot % 8)}.0/19", "--engines", str(engines)]
        self._options += ["--vpns", str(vpns)]
        # A VPN's ports are 500 behind those of the one before it: ten labs of three VPNs fit into a block.
        self._options += ["--host-port-base", str(26000 + 1500 * (slot // 10 % 4) + 50 * (slot % 10))]
        self.folder = ROOT / ".lab" / prefix
        self.state = self.folder / "state"
        self.gluetuns = [f"{prefix}-gluetun{number + 1}" for number in range(vpns)]
        self.gluetun = self.gluetuns[0]
        self.engines = [f"{prefix}-engine{number + 1}" for number in range(engines)]
        providers = [f"{prefix}-provider{number + 1}" for number in range(vpns)]
        self.containers = [*providers, *self.gluetuns, *self.engines]

    def up(self) -> None:
        """Start it; what a run that was cut off left behind is removed first."""
        self.down()
        self._lab("up", *self._options)

    def down(self) -> None:
        self._lab("down", "--purge")

    def heal(self) -> None:
        self._lab("heal")

    def fault(self, name: str, *options: str) -> None:
        self._lab("fault", name, *options)

    def forget(self) -> None:
        """Begin with an empty memory, as on a host where nothing ran before."""
        shutil.rmtree(self.state, ignore_errors=True)

    def _lab(self, *words: str) -> str:
        command = [sys.executable, "-m", "lab", "--prefix", self.prefix, *words]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, f"{' '.join(words)}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(
        self,
        playbook: str = "recover",
        *options: str,
        environment: dict[str, str] | None = None,
        output: IO[str] | int = subprocess.PIPE,
        real: bool = False,
    ) -> subprocess.Popen | Started:
        """Start a playbook and do not wait.

        :param environment: variables that the run alone has. Ansible reads some of its settings from there when it is
            loaded: such a run is a program of its own.
        :param real: be that in any case.
        """
        command = [*PLAYBOOK, "-i", str(self.folder / "inventory.yml"), f"playbooks/{playbook}.yml", *options]
        if self.ansible is not None and not environment and not real:
            return self.ansible.start(command, os.environ, output)
        return subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )

    def run(
        self, playbook: str = "recover", *options: str, environment: dict[str, str] | None = None, real: bool = False
    ) -> Run:
        """Run a playbook to its end. The arguments are those of C(start)."""
        return finish(self.start(playbook, *options, environment=environment, real=real))

    def engines_of(self, vpn: int) -> list[str]:
        """Names of the engines of the lab's definition that are assigned to one of its VPNs, counted from 1."""
        gluetun = self.gluetuns[vpn - 1]
        labels = {name: inspect(name)["Config"]["Labels"]["acestream.vpn_container"] for name in self.engines}
        return [name for name in self.engines if labels[name] == gluetun]

    def url(self, engine: str) -> str:
        """Where an engine is reached: at its gluetun's own address."""
        labels = inspect(engine)["Config"]["Labels"]
        networks = inspect(labels["acestream.vpn_container"])["NetworkSettings"]["Networks"]
        return f"http://{next(iter(networks.values()))['IPAddress']}:{labels['acestream.http_port']}"

    def document(self, name: str) -> object:
        return json.loads((self.state / name).read_text(encoding="utf-8"))

    def shown(self) -> list[str]:
        """Names of the engines that may get a new stream."""
        return [engine["container_name"] for engine in self.document("engines.json")]

    def journal(self) -> list[dict]:
        lines = (self.state / "journal.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def messages(self) -> list[str]:
        """The journal's messages with their levels, as the specification writes them."""
        return [f"{line['level']}: {line['message']}" for line in self.journal()]

    @contextmanager
    def starts(self) -> Iterator[Counter]:
        """How often each container of this lab is started meanwhile, by Docker's own event stream."""
        counted: Counter = Counter()
        with event_stream(self.docker_command) as seen:
            yield counted
        for event in seen:
            name = event["Actor"]["Attributes"].get("name", "")
            if event["Action"] == "start" and name.startswith(self.prefix + "-"):
                counted[name] += 1


@contextmanager
def event_stream(command: tuple[str, ...] = ("docker",)) -> Iterator[list[dict]]:
    """Docker's events from now on; the list is complete once the context is left.

    :param command: reaches that Docker.

    The stream is followed, for Docker remembers no more than a few hundred events. Its end is marked by an event
    of our own.
    """
    seen: list[dict] = []
    words = ["--since", f"{time.time():.9f}", "--filter", "type=container", "--filter", "type=volume"]
    stream = subprocess.Popen(
        [*command, "events", *words, "--format", "{{json .}}"], stdout=subprocess.PIPE, text=True, bufsize=1
    )
    mark = f"ace2e-mark-{uuid.uuid4()}"

    def follow() -> None:
        for line in stream.stdout:
            event = json.loads(line)
            if event["Actor"]["ID"] == mark:
                return
            seen.append(event)

    reader = threading.Thread(target=follow, daemon=True)
    reader.start()
    try:
        yield seen
        subprocess.run([*command, "volume", "create", mark], capture_output=True, check=True)
        reader.join(30)
        assert not reader.is_alive(), "Docker's event stream stands still"
    finally:
        stream.terminate()
        stream.wait()
        subprocess.run([*command, "volume", "rm", mark], capture_output=True, check=False)


def finish(process: subprocess.Popen | Started, timeout: float = 300) -> Run:
    output, _none = process.communicate(timeout=timeout)
    return Run(process.returncode, output)


def docker(*words: str) -> str:
    return subprocess.run(["docker", *words], capture_output=True, text=True, check=True).stdout.strip()


def inspect(name: str) -> dict:
    return json.loads(docker("inspect", name))[0]


def until(condition: Callable[[], object], what: str, timeout: float = 30) -> None:
    """Wait for a condition, and fail with what was waited for."""
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout} s: {what}"
        time.sleep(0.2)
