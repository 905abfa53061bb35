# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the checks of a level, stage by stage; say what failed, what each took, and what was left out.

Stages that need no Docker run beside those that do, as long as there are any. A stage that fails stops no other one.
"""

from __future__ import annotations

import argparse
import re
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from tools.stage import Done, Level, Stage
from tools.stages import absent, stages

_print_lock = threading.Lock()

Result = tuple[Stage, float, Done]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.check", description=__doc__)
    names = [stage.name for stage in stages(Level.ALL)]
    parser.add_argument("stages", nargs="*", metavar="STAGE", help=f"only these: {', '.join(names)}")
    parser.add_argument("--level", choices=[level.name.lower() for level in Level], default="test")
    given = parser.parse_args()
    level, wanted = Level[given.level.upper()], given.stages
    there = [stage.name for stage in stages(level)]
    unknown = [name for name in wanted if name not in there]
    if unknown:
        parser.error(f"{level.command} has no stage {', '.join(unknown)}; it has {', '.join(there)}")
    began = time.monotonic()
    results = run([stage for stage in stages(level) if not wanted or stage.name in wanted])
    print(f"\n{level.command}: slowest first, and how much of it was processor time:")
    for stage, seconds, done in sorted(results, key=lambda result: -result[1]):
        print(f"  {seconds:7.1f} s  {done.computed:7.1f} s  {'FAILED' if done.code else 'passed'}  {stage.name}")
    computed = sum(done.computed for _stage, _seconds, done in results)
    print(f"  {time.monotonic() - began:7.1f} s  {computed:7.1f} s  all together")
    print("\nleft out:")
    for line in left_out(level, results):
        print(f"  {line}")
    failed = sum(1 for _stage, _seconds, done in results if done.code)
    print(f"\n{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


def run(chosen: list[Stage]) -> list[Result]:
    """One lane for what uses Docker, one for what does not: there are two cores. Who is done first helps the other.

    What must have Docker for itself comes first, and until it has ended nobody helps with what uses Docker.
    """
    docker = deque(sorted((stage for stage in chosen if stage.docker), key=lambda stage: not stage.alone))
    others = deque(stage for stage in chosen if not stage.docker)
    free = threading.Event()

    def work(mine: deque[Stage], theirs: deque[Stage]) -> list[Result]:
        done = []
        for stage in _turns(mine, theirs):
            if stage.docker and mine is others:
                free.wait()
            try:
                done.append(_one(stage))
            finally:
                if mine is docker and not any(stage.alone for stage in docker):
                    free.set()
        return done

    if not any(stage.alone for stage in docker):
        free.set()
    with ThreadPoolExecutor(max_workers=2) as pool:
        lists = [pool.submit(work, docker, others), pool.submit(work, others, docker)]
        return [result for results in lists for result in results.result()]


def _turns(mine: deque[Stage], others: deque[Stage]) -> Iterator[Stage]:
    """What is to be run next: the first of one's own, and then the last of the other's."""
    while True:
        try:
            yield mine.popleft() if mine else others.pop()
        except IndexError:
            return


def _one(stage: Stage) -> Result:
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
    return ["    " + line for line in _said(output) if line.startswith("SKIPPED") or _is_summary(line)]


def left_out(level: Level, results: list[Result]) -> list[str]:
    """What the level does not run though a higher one does, and what this machine does not let it run.

    :param results: of the stages that were run.
    """
    whole = {stage.name: stage for stage in stages(Level.ALL)}
    ran = {stage.name for stage, _seconds, _done in results}
    lines = []
    for stage, _seconds, done in results:
        kept_back = sum(
            int(number) for number in re.findall(r"\b(\d+) deselected\b", "\n".join(_summaries(done.output)))
        )
        if kept_back:
            lines.append(f"{stage.name}: {kept_back} tests")
        missing = [program for program in whole[stage.name].programs if program not in stage.programs]
        if missing:
            lines.append(f"{stage.name}: {', '.join(missing)}")
        lines += [f"{stage.name}: {line}" for line in _said(done.output) if line.startswith("SKIPPED")]
    at_this_level = {stage.name for stage in stages(level)}
    lines += [f"{name}: all of it ({stage.what})" for name, stage in whole.items() if name not in at_this_level]
    if at_this_level - ran:
        lines.append(f"not asked for: {', '.join(sorted(at_this_level - ran))}")
    lines += absent()
    if level < Level.ALL:
        lines.append(f"{Level.ALL.command} runs everything; it tries more examples for each property, too")
    return lines or ["nothing"]


def _said(output: str) -> list[str]:
    return [line.strip("= ") for line in output.splitlines()]


def _is_summary(line: str) -> bool:
    """Whether it is pytest's last one, such as C(3 passed, 1 deselected in 0.10s)."""
    return bool(re.match(r"\d+ (passed|failed|skipped|deselected|error)", line)) and " in " in line


def _summaries(output: str) -> list[str]:
    return [line for line in _said(output) if _is_summary(line)]


if __name__ == "__main__":
    sys.exit(main())
