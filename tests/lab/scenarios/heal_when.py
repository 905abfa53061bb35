# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Undo a fault once the journal tells of something: `python -m tests.lab.scenarios.heal_when PREFIX KIND FAULT`."""

from __future__ import annotations

import sys
import time

from lab.cli import main
from tests.lab.scenarios.lab_of import LabOf

_DEADLINE = 240.0


def wait_and_heal(prefix: str, kind: str, fault: str) -> int:
    journal = LabOf(prefix).folder / "state" / "journal.jsonl"
    deadline = time.monotonic() + _DEADLINE
    while f'"{kind}"' not in journal.read_text(encoding="utf-8"):
        if time.monotonic() > deadline:
            print(f"the journal does not tell of {kind}", file=sys.stderr)
            break
        time.sleep(0.2)
    return main(["--prefix", prefix, "fault", fault])


if __name__ == "__main__":
    sys.exit(wait_and_heal(*sys.argv[1:4]))
