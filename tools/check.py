# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run every check, stage by stage, and say which failed and which took how long: `python -m tools.check [STAGE ...]`.

Stages that need no Docker run beside those that do. A stage that fails stops no other one.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from tools.stages import STAGES, Stage

_print_lock = threading.Lock()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.check", description=__doc__)
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=f"only these: {', '.join(s.name for s in STAGES)}")
    wanted = parser.parse_args().stages
    unknown = set(wanted) - {stage.name for stage in STAGES}
    if unknown:
        parser.error(f"there is no stage {', '.join(sorted(unknown))}; there are {', '.join(s.name for s in STAGES)}")
    chosen = [stage for stage in STAGES if not wanted or stage.name in wanted]
    results = run(chosen)
    print("\nslowest first:")
    for stage, seconds, code in sorted(results, key=lambda result: -result[1]):
        print(f"  {seconds:7.1f} s  {'passed' if code == 0 else 'FAILED'}  {stage.name}")
    failed = sum(1 for _stage, _seconds, code in results if code)
    print(f"\n{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


def run(stages: list[Stage]) -> list[tuple[Stage, float, int]]:
    """One lane for what uses Docker, one for what does not: there are two cores."""
    lanes = [[stage for stage in stages if stage.docker], [stage for stage in stages if not stage.docker]]
    with ThreadPoolExecutor(max_workers=2) as pool:
        return [result for lane in pool.map(lambda lane: [_one(stage) for stage in lane], lanes) for result in lane]


def _one(stage: Stage) -> tuple[Stage, float, int]:
    began = time.monotonic()
    with _print_lock:
        print(f"check: {stage.name}: {stage.what}", flush=True)
    code, output = stage.run()
    seconds = time.monotonic() - began
    with _print_lock:
        print(f"check: {stage.name}: {'passed' if code == 0 else 'FAILED'} in {seconds:.1f} s (log: {stage.log})")
        print("\n".join(output.splitlines()[-60:] if code else _closing(output)), flush=True)
    return stage, seconds, code


def _closing(output: str) -> list[str]:
    """The lines in which test runners say what they ran."""
    lines = [line.strip("= ") for line in output.splitlines()]
    return ["    " + line for line in lines if line.startswith("SKIPPED") or (" passed" in line and line[:1].isdigit())]


if __name__ == "__main__":
    sys.exit(main())
