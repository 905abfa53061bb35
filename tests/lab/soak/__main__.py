# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random faults on a real lab, with an exporter and recovery runs at the same time: `python -m tests.lab.soak`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tests.lab.e2e.harness import Lab
from tests.lab.soak.soak import soak

SLOT = 104


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.lab.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="for how long faults are made (10)")
    parser.add_argument("--seed", type=int, default=1, help="of what is random; times are real, so runs differ (1)")
    parser.add_argument("--keep", type=Path, help="copy the journal and what was done into this folder")
    options = parser.parse_args()
    lab = Lab("acesoak", SLOT, engines=4, vpns=2)
    lab.up()
    try:
        lab.forget()
        result = soak(lab, options.seed, 60 * options.minutes, keep=options.keep)
    finally:
        lab.down()
    print(json.dumps(result, indent=1))
    return 1 if result["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
