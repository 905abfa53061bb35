# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the time of a run with nothing to do grows with the number of hosts.

The hosts are simulated: each has a name, a memory and a run of the module of its own, and all look at one lab. So one
machine does the work of all of them, and its cores are the limit; over SSH the hosts do their own part.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.lab.bench.measure import timed
from tests.lab.e2e.harness import PLAYBOOK, ROOT, Lab

#: Numbers of hosts in one inventory.
SIZES = (10, 25, 50, 100)
FORKS = 10
_PING = "---\n- hosts: vpn_hosts\n  gather_facts: false\n  tasks:\n    - ansible.builtin.ping:\n"


@dataclass(frozen=True)
class Size:
    """Seconds of one run of each playbook over this many hosts."""

    hosts: int
    recover: tuple[float, ...]
    ping: tuple[float, ...]


def fleet(lab: Lab, rounds: int) -> list[Size]:
    """Run both playbooks in turn over inventories of growing size."""
    with tempfile.TemporaryDirectory() as folder:
        ping = Path(folder) / "ping.yml"
        ping.write_text(_PING, encoding="utf-8")
        return [_size(lab, Path(folder), hosts, ping, rounds) for hosts in SIZES]


def table(sizes: list[Size]) -> str:
    """A table in Markdown: medians of seconds, and what one more host costs."""
    lines = [
        f"| hosts (forks: {FORKS}) | recover, nothing to do, s | for each host, s | one ping, s | ratio |",
        "|---|---|---|---|---|",
    ]
    for size in sizes:
        ours, other = statistics.median(size.recover), statistics.median(size.ping)
        lines.append(f"| {size.hosts} | {ours:.1f} | {ours / size.hosts:.2f} | {other:.1f} | {ours / other:.2f} |")
    return "\n".join(lines)


def _size(lab: Lab, folder: Path, hosts: int, ping: Path, rounds: int) -> Size:
    inventory = _inventory(lab, folder, hosts)
    recover = ROOT / "playbooks/recover.yml"
    # The first look of a host remembers what it sees, which is something to do.
    _run(inventory, recover)
    measured: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        for playbook, into in ((recover, measured[0]), (ping, measured[1])):
            into.append(timed(lambda playbook=playbook: _run(inventory, playbook)))
        print(f"bench: {hosts} hosts, round {number + 1} of {rounds}: {measured[0][-1]:.1f} s, {measured[1][-1]:.1f} s")
    return Size(hosts, tuple(measured[0]), tuple(measured[1]))


def _inventory(lab: Lab, folder: Path, hosts: int) -> Path:
    (host,) = yaml.safe_load((lab.folder / "inventory.yml").read_text(encoding="utf-8"))["vpn_hosts"]["hosts"].values()
    each = {
        f"host{number:03}": {**host, "recovery_state_dir": str(folder / f"{hosts}-{number}")} for number in range(hosts)
    }
    path = folder / f"{hosts}.yml"
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump({"vpn_hosts": {"hosts": each}}), encoding="utf-8")
    return path


def _run(inventory: Path, playbook: Path) -> None:
    command = [*PLAYBOOK, "-i", str(inventory), "-f", str(FORKS), str(playbook)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
