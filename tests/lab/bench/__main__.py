# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run all comparisons on a lab of their own and print a table of ratios."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab.bench import fleet, latency, triggers
from tests.lab.bench.cases import engines_against_docker, engines_against_loop, nothing_to_do
from tests.lab.bench.exporter import at_rest, cycle
from tests.lab.bench.exporter import table as exporter_table
from tests.lab.bench.measure import table
from tests.lab.e2e.harness import Lab

FEW, MANY = 3, 20
#: Engines and VPNs for the exporter, and how long it is watched, seconds.
AT_REST, VERY_MANY, WINDOW = (8, 2), (200, 2), 60.0
#: Runs of each measurement of how fast the exporter hides and shows.
LATENCY_ROUNDS = 10
#: Runs of each way of starting a run with nobody at the keyboard, and of a run over many hosts.
TRIGGER_ROUNDS, FLEET_ROUNDS = 5, 1
_PARTS = ("runs", "exporter", "latency", "fleet", "triggers")
SLOT = 120


@contextmanager
def running_lab(engines: int, vpns: int = 1) -> Iterator[Lab]:
    lab = Lab("acebench", SLOT, engines, vpns)
    print(f"bench: starting a lab with {vpns} VPNs and {engines} engines", flush=True)
    lab.up()
    try:
        yield lab
    finally:
        lab.down()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.lab.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="runs of each side (default 7; the slow loop: 2)")
    parser.add_argument("--loop-playbook", help="ansible-playbook of an environment that has community.docker")
    parser.add_argument("--write", type=Path, help="also write the table to this file")
    parser.add_argument("--only", choices=_PARTS, help="one part of it (default: all)")
    options = parser.parse_args()
    parts = []
    if options.only in (None, "runs"):
        parts.append(runs(options.rounds, options.loop_playbook))
    if options.only in (None, "exporter"):
        parts.append(exporter())
    if options.only in (None, "latency"):
        with running_lab(4, vpns=2) as lab:
            parts.append(latency.table(latency.latencies(lab, LATENCY_ROUNDS)))
    if options.only in (None, "fleet"):
        with running_lab(2) as lab:
            parts.append(fleet.table(fleet.fleet(lab, FLEET_ROUNDS)))
    if options.only in (None, "triggers"):
        with running_lab(FEW) as lab:
            parts.append(triggers.table(triggers.triggers(lab, TRIGGER_ROUNDS)))
    text = "\n\n".join(parts)
    print(text)
    if options.write:
        options.write.parent.mkdir(parents=True, exist_ok=True)
        options.write.write_text(text + "\n", encoding="utf-8")
    return 0


def runs(rounds: int, loop_playbook: str | None) -> str:
    """The playbooks and the modules."""
    with running_lab(FEW) as lab:
        results = [nothing_to_do(lab, rounds)]
    with running_lab(MANY) as lab:
        results += [nothing_to_do(lab, rounds), nothing_to_do(lab, rounds, pool=True)]
        results += engines_against_docker(lab, rounds)
        if loop_playbook:
            results += engines_against_loop(lab, loop_playbook, 2)
        else:
            print("bench: the loop over community.docker is left out: give --loop-playbook, or use make bench")
    return table(results)


def exporter() -> str:
    """The exporter at rest, and looking at a host with very many engines."""
    with running_lab(*AT_REST) as lab:
        costs = at_rest(lab, WINDOW)
    with running_lab(*VERY_MANY) as lab:
        return exporter_table(costs, [cycle(lab, WINDOW)])


if __name__ == "__main__":
    sys.exit(main())
