# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start the lab, break it, and show the recovery as time lines: `python -m lab.demo`."""

from __future__ import annotations

import argparse
import sys
import time

from lab.definition import load
from lab.demo.scenarios import SCENARIOS
from lab.demo.stage import DemoError, Stage, raise_lab

_NEXT = """
The demonstration took {seconds:.0f} s. The lab is still up. Try:
  source .venv/bin/activate
  python -m lab fault --list                # what can be broken
  python -m lab fault gluetun-recreate
  ansible-playbook -i .lab/{prefix}/inventory.yml playbooks/recover.yml
  ansible-playbook -i .lab/{prefix}/inventory.yml playbooks/status.yml
  make lab-heal                             # undo every fault
  make lab-down                             # remove it"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m lab.demo", description=__doc__)
    parser.add_argument("--scenario", default="all", choices=("all", *SCENARIOS), help="only this one (all)")
    chosen = parser.parse_args().scenario
    began = time.monotonic()
    lab = load()
    try:
        raise_lab(lab)
        stage = Stage(lab)
        stage.status()
        for name in SCENARIOS if chosen == "all" else (chosen,):
            SCENARIOS[name](stage)
        stage.status()
    except DemoError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    print(_NEXT.format(prefix=lab.prefix, seconds=time.monotonic() - began))
    return 0


if __name__ == "__main__":
    sys.exit(main())
