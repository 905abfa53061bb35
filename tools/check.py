# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run every check, stage by stage, and say which failed and which took how long: `python -m tools.check [STAGE ...]`.

Stages that need no Docker run beside those that do, as long as there are any. A stage that fails stops no other one.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from tools.stages import STAGES, Done, Stage

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
    print("\nslowest first, and how much of it was processor time:")
    for stage, seconds, done in sorted(results, key=lambda result: -result[1]):
        print(f"  {seconds:7.1f} s  {done.computed:7.1f} s  {'FAILED' if done.code else 'passed'}  {stage.name}")
    failed = sum(1 for _stage, _seconds, done in results if done.code)
    print(f"\n{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


def run(stages: list[Stage]) -> list[tuple[Stage, float, Done]]:
    """One lane for what uses Docker, one for what does not: there are two cores. Who is done first helps the other."""
    lanes = [deque(stage for stage in stages if stage.docker is uses) for uses in (True, False)]
    with ThreadPoolExecutor(max_workers=2) as pool:
        lists = pool.map(lambda lane: [_one(stage) for stage in _turns(*lane)], (lanes, lanes[::-1]))
        return [result for results in lists for result in results]


def _turns(mine: deque[Stage], others: deque[Stage]) -> Iterator[Stage]:
    """What is to be run next: the first of one's own, and then the last of the other's."""
    while True:
        try:
            yield mine.popleft() if mine else others.pop()
        except IndexError:
            return


def _one(stage: Stage) -> tuple[Stage, float, Done]:
    began = time.monotonic()
    with _print_lock:
        print(f"check: {stage.name}: {stage.what}", flush=True)
    done = stage.run()
    seconds = time.monotonic() - began
    with _print_lock:
        print(f"check: {stage.name}: {'FAILED' if done.code else 'passed'} in {seconds:.1f} s (log: {stage.log})")
        print("\n".join(done.output.splitlines()[-60:] if done.code else _closing(done.output)), flush=True)
    return stage, seconds, done


def _closing(output: str) -> list[str]:
    """The lines in which test runners say what they ran."""
    lines = [line.strip("= ") for line in output.splitlines()]
    return ["    " + line for line in lines if line.startswith("SKIPPED") or (" passed" in line and line[:1].isdigit())]


if __name__ == "__main__":
    sys.exit(main())
