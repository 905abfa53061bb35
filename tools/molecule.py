# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run molecule scenarios side by side, each on a lab of its own: `python -m tools.molecule SCENARIO ...`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PROGRAM = Path(sys.executable).with_name("molecule")


def main(scenarios: list[str]) -> int:
    """Start them all, print their output one after the other, and fail if one failed."""
    environment = {
        **os.environ,
        "PATH": f"{_PROGRAM.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "NO_COLOR": "1",
    }
    running = {
        scenario: subprocess.Popen(
            [str(_PROGRAM), "test", "--scenario-name", scenario],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        for scenario in scenarios
    }
    outputs = {scenario: process.communicate()[0] for scenario, process in running.items()}
    failed = [scenario for scenario, process in running.items() if process.returncode]
    # What failed comes last, where it is looked for.
    for scenario in sorted(outputs, key=failed.__contains__):
        print(f"--- {scenario}\n{outputs[scenario]}")
    print(f"molecule: failed: {', '.join(failed)}" if failed else "molecule: all scenarios passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
