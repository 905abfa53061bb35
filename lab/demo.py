# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demonstration: start the lab, break it, and show the recovery as a time line: `python -m lab.demo`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from lab import files
from lab.cli import main as lab_command
from lab.client import Player
from lab.definition import Lab, load
from lab.timeline import Timeline
from lab.wait import wait_for

ROOT = Path(__file__).resolve().parent.parent
SCENARIOS = ("connection_loss", "container_restart")

#: Longest that a scenario may take before the demonstration gives up, seconds.
_PATIENCE = 240


class DemoError(Exception):
    """The demonstration did not go as it should; the message says where to look."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m lab.demo", description=__doc__)
    parser.add_argument("--scenario", default="all", choices=("all", *SCENARIOS), help="only this one (all)")
    chosen = parser.parse_args().scenario
    began = time.monotonic()
    print("demo: starting the lab, a closed world in Docker that nothing leaves", flush=True)
    if lab_command(["heal" if files.remembered(load().prefix) else "up"]):
        return 1
    demo = Demo(load())
    try:
        demo.status()
        for name in SCENARIOS if chosen == "all" else (chosen,):
            getattr(demo, name)()
        demo.status()
    except DemoError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    print(_NEXT.format(prefix=demo.lab.prefix, seconds=time.monotonic() - began))
    return 0


class Demo:
    """One demonstration on one lab."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.inventory = ROOT / ".lab" / lab.prefix / "inventory.yml"
        self.state = ROOT / ".lab" / lab.prefix / "state"

    def status(self) -> None:
        """Show what the playbook `status` shows."""
        self._play("recover", "-e", "recovery_watch_for=0")
        output = self._play("status", "-e", "output=json")
        document = json.loads(output[output.index('=> {\n    "msg"') + 3 : output.rindex("}") + 1])["msg"]
        print("\n".join("  " + line for line in document["table"]), flush=True)

    def connection_loss(self) -> None:
        """The provider falls silent, and is back once the tunnel has been cycled."""
        print("\nScenario 1, the VPN connection is lost. Docker goes on calling Gluetun healthy.")
        with Player(self._engine_url()) as player:
            if not wait_for(lambda: player.count.bytes > 0, 15):
                raise DemoError("the stream does not begin: python -m lab status")
            timeline = Timeline(self.state / "journal.jsonl")
            timeline.mark("the provider falls silent; a client is playing from engine 1", "0")
            self._fault("provider-silent")
            run = self._start("recover")
            timeline.follow(lambda: timeline.has("gluetun_cycling"), _PATIENCE, run.poll)
            self._fault("provider-back")
            timeline.mark("the provider answers again", "")
            self._finish(run, timeline)
            said = self._fate_of(player)
        timeline.mark(said, "continues")

    def container_restart(self) -> None:
        """Gluetun is restarted under its engines."""
        print("\nScenario 2, Gluetun is restarted. Its engines keep running, with nothing but the interface lo.")
        timeline = Timeline(self.state / "journal.jsonl")
        timeline.mark("docker restart of Gluetun", "0")
        self._fault("gluetun-restart")
        interfaces = self._output(["docker", "exec", self.lab.engines[0].name, "ls", "/sys/class/net"])
        timeline.mark(f"interfaces that engine 1 has left: {' '.join(interfaces.split())}", "0-5")
        self._finish(self._start("recover"), timeline)
        if not wait_for(lambda: self._bytes(5) > 0, 20):
            raise DemoError("no bytes from the engines: python -m lab status")
        timeline.mark("a new stream plays from engine 1", "120+")

    def _fate_of(self, player: Player) -> str:
        """What the viewer noticed, once bytes come again."""
        before = player.count.bytes
        if not wait_for(lambda: player.count.bytes > before, 30):
            raise DemoError("the stream did not go on")
        count = player.count
        lost = "was never disconnected" if not count.disconnects else f"was disconnected {count.disconnects} times"
        return f"the client {lost}, waited {count.longest_gap:.0f} s for bytes, and plays on"

    def _finish(self, run: subprocess.Popen[str], timeline: Timeline) -> None:
        timeline.follow(lambda: run.poll() is not None, _PATIENCE, lambda: None)
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

    def _bytes(self, seconds: float) -> int:
        with Player(self._engine_url()) as player:
            wait_for(lambda: player.count.bytes > 0, seconds)
            return player.count.bytes

    def _engine_url(self) -> str:
        return f"http://127.0.0.1:{self.lab.engines[0].host_port}"

    def _fault(self, name: str) -> None:
        if lab_command(["fault", name]):
            raise DemoError(f"the fault {name} could not be made")

    def _play(self, playbook: str, *options: str) -> str:
        run = self._start(playbook, *options)
        output, _none = run.communicate(timeout=_PATIENCE)
        if run.returncode:
            raise DemoError(f"the playbook {playbook} failed:\n{output}")
        return output

    def _start(self, playbook: str, *options: str) -> subprocess.Popen[str]:
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        command = [program, "-i", str(self.inventory), f"playbooks/{playbook}.yml", *options]
        environment = {**os.environ, "ANSIBLE_CALLBACK_RESULT_FORMAT": "json"}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.Popen(command, cwd=ROOT, text=True, env=environment, **pipes)

    @staticmethod
    def _output(command: list[str]) -> str:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout


_NEXT = """
The demonstration took {seconds:.0f} s. The lab is still up. Try:
  source .venv/bin/activate
  python -m lab fault --list                # what can be broken
  python -m lab fault gluetun-recreate
  ansible-playbook -i .lab/{prefix}/inventory.yml playbooks/recover.yml
  ansible-playbook -i .lab/{prefix}/inventory.yml playbooks/status.yml
  make lab-heal                             # undo every fault
  make lab-down                             # remove it"""


if __name__ == "__main__":
    sys.exit(main())
