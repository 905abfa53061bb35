# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""`python -m tests.plain.simulation --steps 100000 --seed 1`: random scripts, one after the other."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "collections"))

from tests.plain.simulation.script import as_text
from tests.plain.simulation.shrink import play_random, shrink


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.plain.simulation", description=__doc__)
    parser.add_argument("--steps", type=int, default=10_000, help="how many steps, of all worlds together")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other scripts")
    parser.add_argument("--go-on", action="store_true", help="do not stop at the first script that fails")
    options = parser.parse_args()
    began = time.monotonic()
    worlds = steps = acts = failed = 0
    while steps < options.steps and (options.go_on or not failed):
        played = play_random(options.seed, worlds)
        if played.failure is not None:
            failed += 1
            shrunk = shrink(played.failure)
            print(f"world {worlds} of seed {options.seed}, policy {shrunk.policy}: {shrunk.said}")
            print(as_text(shrunk.script), flush=True)
        worlds, steps, acts = worlds + 1, steps + played.steps, acts + played.acts
    rate = steps / (time.monotonic() - began)
    print(f"{steps} steps in {worlds} worlds, {acts} acts, seed {options.seed}: {rate:.0f} steps/s, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
