# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run all comparisons on a lab of their own and print a table of ratios."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.cases import engines_against_docker, engines_against_loop, nothing_to_do
from tests.bench.measure import table
from tests.e2e.harness import Lab

FEW, MANY = 3, 20
SLOT = 120


@contextmanager
def running_lab(engines: int) -> Iterator[Lab]:
    lab = Lab("acebench", SLOT, engines)
    print(f"bench: starting a lab with {engines} engines", flush=True)
    lab.up()
    try:
        yield lab
    finally:
        lab.down()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="runs of each side (default 7; the slow loop: 2)")
    parser.add_argument("--loop-playbook", help="ansible-playbook of an environment that has community.docker")
    parser.add_argument("--write", type=Path, help="also write the table to this file")
    options = parser.parse_args()
    with running_lab(FEW) as lab:
        results = [nothing_to_do(lab, options.rounds)]
    with running_lab(MANY) as lab:
        results += [nothing_to_do(lab, options.rounds), nothing_to_do(lab, options.rounds, pool=True)]
        results += engines_against_docker(lab, options.rounds)
        if options.loop_playbook:
            results += engines_against_loop(lab, options.loop_playbook, 2)
        else:
            print("bench: the loop over community.docker is left out: give --loop-playbook, or use make bench")
    text = table(results)
    print(text)
    if options.write:
        options.write.parent.mkdir(parents=True, exist_ok=True)
        options.write.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
