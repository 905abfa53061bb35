# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every scenario of the demonstration needs: faults, runs, viewers, and the host's own records."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lab import control, files
from lab.cli import main as lab_command
from lab.client import Player
from lab.definition import Engine, Lab
from lab.timeline import Timeline
from lab.wait import wait_for

ROOT = Path(__file__).resolve().parents[2]

#: Longest that a scenario may take before the demonstration gives up, seconds.
PATIENCE = 240


class DemoError(Exception):
    """The demonstration did not go as it should; the message says where to look."""


def raise_lab(lab: Lab) -> None:
    """Start the lab, or heal the one that is up.

    :raises DemoError: it does not work, or is another one than its definition says.
    """
    print("demo: starting the lab, a closed world in Docker that nothing leaves", flush=True)
    if lab_command(["heal" if files.remembered(lab.prefix) else "up"]):
        raise DemoError("the lab does not work: see above")
    if len(files.remembered(lab.prefix)["vpns"]) != len(lab.vpns):
        raise DemoError("the lab that is up is another one than lab/lab.yml says: make lab-down, then again")


class Stage:
    """One demonstration on one lab."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.inventory = ROOT / ".lab" / lab.prefix / "inventory.yml"
        self.state = ROOT / ".lab" / lab.prefix / "state"

    def timeline(self) -> Timeline:
        return Timeline(self.state / "journal.jsonl")

    def status(self) -> None:
        """Show what the playbook `status` shows."""
        self._play("recover", "-e", "recovery_watch_for=0")
        output = self._play("status", "-e", "output=json")
        document = json.loads(output[output.index('=> {\n    "msg"') + 3 : output.rindex("}") + 1])["msg"]
        print("\n".join("  " + line for line in document["table"]), flush=True)

    def fault(self, name: str, *options: str) -> None:
        if lab_command(["fault", name, *options]):
            raise DemoError(f"the fault {name} could not be made")

    def start(self, playbook: str, *options: str) -> subprocess.Popen[str]:
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        command = [program, "-i", str(self.inventory), f"playbooks/{playbook}.yml", *options]
        environment = {**os.environ, "ANSIBLE_CALLBACK_RESULT_FORMAT": "json"}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.Popen(command, cwd=ROOT, text=True, env=environment, **pipes)

    def finish(self, run: subprocess.Popen[str], timeline: Timeline) -> None:
        """Follow a run to its end, and show what it says comes next."""
        timeline.follow(lambda: run.poll() is not None, PATIENCE, lambda: None)
        output, _none = run.communicate(timeout=30)
        log = ROOT / ".state" / "logs" / "demo.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(output, encoding="utf-8")
        if run.returncode:
            raise DemoError(f"the run failed with {run.returncode}: see {log.relative_to(ROOT)}")
        timeline.mark("the run ended, exit code 0", "")
        for line in output.rpartition(" : Summary]")[2].splitlines():
            said = line.strip().strip('",')
            if said.startswith("next: "):
                timeline.mark(said, "")

    def follow(self, timeline: Timeline, kind: str, run: subprocess.Popen[str]) -> None:
        """Follow a run until the journal tells of something."""
        timeline.follow(lambda: timeline.has(kind), PATIENCE, run.poll)
        if not timeline.has(kind):
            raise DemoError(f"the journal does not tell of {kind}: see {self.state / 'journal.log'}")

    def engine(self, vpn: int, place: int) -> Engine:
        """One of the engines of a VPN, both counted from 1; the first is the one with the forwarded port."""
        return self.lab.vpns[vpn - 1].engines[place - 1]

    @contextmanager
    def playing(self, engine: Engine) -> Iterator[Player]:
        """A viewer whose first bytes have come."""
        with Player(f"http://127.0.0.1:{engine.host_port}") as player:
            if not wait_for(lambda: player.count.bytes > 0, 20):
                raise DemoError(f"no bytes from {engine.name}: python -m lab status")
            yield player

    def fate_of(self, player: Player) -> str:
        """What the viewer noticed, once bytes come again."""
        before = player.count.bytes
        if not wait_for(lambda: player.count.bytes > before, 30):
            raise DemoError("a stream did not go on: python -m lab status")
        count = player.count
        lost = "was never disconnected" if not count.disconnects else f"was disconnected {count.disconnects} times"
        return f"{lost}, waited {count.longest_gap:.0f} s for bytes, and plays on"

    def shown(self) -> list[int]:
        """How many engines of each VPN may get a new stream."""
        listed = json.loads((self.state / "engines.json").read_text(encoding="utf-8"))
        return [sum(1 for engine in listed if engine["vpn_container"] == vpn.gluetun) for vpn in self.lab.vpns]

    def forwarded_port(self, vpn: int) -> int | None:
        """As Gluetun's control server has it."""
        return control.port(self.lab.vpns[vpn - 1], files.api_key(self.lab.prefix))

    def command_of(self, engine: Engine) -> list[str]:
        return self.output(["docker", "inspect", "--format", '{{join .Config.Cmd " "}}', engine.name]).split()

    @staticmethod
    def output(command: list[str]) -> str:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout

    def _play(self, playbook: str, *options: str) -> str:
        run = self.start(playbook, *options)
        output, _none = run.communicate(timeout=PATIENCE)
        if run.returncode:
            raise DemoError(f"the playbook {playbook} failed:\n{output}")
        return output
