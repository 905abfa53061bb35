# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the exporter costs at rest, beside a loop of `docker stats` over the same containers; and how long a look takes.

CPU is what the kernel counted for a process, in percent of one core: other programs on the machine slow both sides, and
do not count for either.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import requests
from prometheus_client.parser import text_string_to_metric_families

from lab.exporter import Exporter
from tests.lab.e2e.harness import Lab, until

#: How often both look, seconds.
EVERY = 5.0
#: How long the daemon's share is measured for, seconds.
_SHARE = 30.0
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cost:
    """One line of the table.

    :ivar cpu: percent of one core.
    :ivar daemon: what Docker's daemon spent on it, percent of one core; None: not told apart.
    :ivar rss: megabytes.
    """

    name: str
    cpu: float
    daemon: float | None
    rss: float | None
    aim: str


@dataclass(frozen=True)
class Cycle:
    """How long looks at one host took, seconds."""

    name: str
    mean: float
    cpu: float
    rss: float
    aim: str


def at_rest(lab: Lab, seconds: float) -> list[Cost]:
    """Both sides in one window, then each alone, for what the daemon spends on it."""
    names = [*lab.gluetuns, *lab.engines]
    with _exporter(lab) as exporter:
        pid, began, stats = exporter.process.pid, time.monotonic(), _Stats(names)
        before = cpu_seconds(pid)
        with stats:
            _wait(seconds)
        elapsed = time.monotonic() - began
        ours = (cpu_seconds(pid) - before) / elapsed * 100
        theirs, rss = stats.cpu / elapsed * 100, _memory(pid)
        with_exporter = _daemon(lambda: _wait(_SHARE))
    nothing = _daemon(lambda: _wait(_SHARE))
    with _Stats(names):
        with_stats = _daemon(lambda: _wait(_SHARE))
    what = f"{len(lab.gluetuns)} VPNs, {len(lab.engines)} engines"
    return [
        Cost(f"exporter, {what}", ours, with_exporter - nothing, rss, "< 1 %, < 60 MB"),
        Cost(f"docker stats --no-stream every {EVERY:.0f} s, {what}", theirs, with_stats - nothing, None, "-"),
    ]


def cycle(lab: Lab, seconds: float) -> Cycle:
    """Looks at many engines: how long one takes, by the exporter's own histogram."""
    with _exporter(lab) as exporter:
        pid = exporter.process.pid
        until(lambda: _shown(exporter) == len(lab.engines), "all engines are shown", 300)
        before, began, cpu = _looks(exporter), time.monotonic(), cpu_seconds(pid)
        _wait(seconds)
        after, elapsed = _looks(exporter), time.monotonic() - began
        mean = (after[0] - before[0]) / (after[1] - before[1])
        share = (cpu_seconds(pid) - cpu) / elapsed * 100
        what = f"{len(lab.gluetuns)} VPNs, {len(lab.engines)} engines"
        return Cycle(f"one look, {what}", mean, share, _memory(pid), "< 1 s")


def table(costs: list[Cost], cycles: list[Cycle]) -> str:
    """Two tables in Markdown."""
    lines = ["| at rest | CPU, % of a core | of the daemon beside | memory, MB | aim |", "|---|---|---|---|---|"]
    for cost in costs:
        daemon = "-" if cost.daemon is None else f"{cost.daemon:.1f}"
        rss = "-" if cost.rss is None else f"{cost.rss:.0f}"
        lines.append(f"| {cost.name} | {cost.cpu:.2f} | {daemon} | {rss} | {cost.aim} |")
    lines += ["", "| cycle | seconds (mean) | CPU, % of a core | memory, MB | aim |", "|---|---|---|---|---|"]
    for item in cycles:
        lines.append(f"| {item.name} | {item.mean:.2f} | {item.cpu:.1f} | {item.rss:.0f} | {item.aim} |")
    return "\n".join(lines)


def cpu_seconds(pid: int) -> float:
    """User and system time of a process, all its threads, since it began."""
    words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / _TICK


class _Stats:
    """The other side: a thread that runs `docker stats` again and again.

    :ivar cpu: seconds that those processes spent.
    """

    def __init__(self, names: list[str]) -> None:
        self._command = ["docker", "stats", "--no-stream", *names]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.cpu = 0.0

    def __enter__(self) -> _Stats:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            # Not Popen.wait: only wait4 tells what one child spent.
            child = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
            _pid, status, spent = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            assert child.returncode == 0, "docker stats failed"
            self.cpu += spent.ru_utime + spent.ru_stime
            self._stop.wait(max(0.0, EVERY - (time.monotonic() - began)))


def _exporter(lab: Lab) -> Exporter:
    return _Ready(lab.prefix, interval=EVERY)


class _Ready(Exporter):
    """One that has taken its first look: starting does not count."""

    def __enter__(self) -> Exporter:
        super().__enter__()
        until(lambda: requests.get(self.url + "/readyz", timeout=30).ok, "the first look is done", 60)
        return self


def _shown(exporter: Exporter) -> int:
    return len(requests.get(exporter.url + "/engines", timeout=30).json())


def _looks(exporter: Exporter) -> tuple[float, float]:
    """Seconds spent on looks, and how many there were."""
    families = text_string_to_metric_families(requests.get(exporter.url + "/metrics", timeout=30).text)
    found = {sample.name: sample.value for family in families for sample in family.samples if not sample.labels}
    name = "acestream_vpn_look_duration_seconds"
    return found[name + "_sum"], found[name + "_count"]


def _daemon(during: Callable[[], None]) -> float:
    """What dockerd and containerd spend meanwhile, percent of one core."""
    before, began = _daemons(), time.monotonic()
    during()
    after, elapsed = _daemons(), time.monotonic() - began
    return sum(after[pid] - before[pid] for pid in before.keys() & after.keys()) / elapsed * 100


def _daemons() -> dict[int, float]:
    """CPU seconds of each of Docker's daemons, by process."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/comm"):
        # Processes come and go meanwhile.
        with contextlib.suppress(OSError):
            if path.read_text(encoding="utf-8").strip() in ("dockerd", "containerd"):
                found[int(path.parent.name)] = cpu_seconds(int(path.parent.name))
    return found


def _memory(pid: int) -> float:
    """Megabytes of memory that a process has now."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {pid} has no memory")


def _wait(seconds: float) -> None:
    """Let time pass: it is what is measured over."""
    time.sleep(seconds)
