# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How fast the exporter alone hides and shows engines, with no run at all: asked every 20 ms over one connection."""

from __future__ import annotations

import http.client
import json
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lab.checks import connected
from lab.cli import started_as
from lab.docker_api import connect
from lab.exporter import Exporter
from lab.faults import FAULTS
from lab.faults.fault import World
from tests.lab.e2e.harness import Lab

_POLL = 0.02
#: How long is waited for anything before the bench gives up, seconds.
_PATIENCE = 180.0
#: Seconds between two looks of the exporter, its default.
INTERVAL = 5.0


@dataclass(frozen=True)
class Latency:
    """Seconds, run by run, and the aim for their median (or for all of them)."""

    name: str
    seconds: tuple[float, ...]
    aim: str


def latencies(lab: Lab, rounds: int) -> list[Latency]:
    """Measure all of it on a lab with two VPNs, with everything working at the beginning."""
    with Exporter(lab.prefix, interval=INTERVAL) as exporter:
        watch = _Watch(lab, exporter.url)
        try:
            watch.until_all()
            gone, shown = [], []
            for number in range(rounds):
                gone.append(watch.gone_after(watch.silent))
                shown.append(watch.shown_after_back())
                _say("provider silent", number, rounds, gone[-1], shown[-1])
            killed = [watch.mended(watch.gone_after(watch.kill)) for _round in range(rounds)]
            restarted = [watch.mended(watch.gone_after(watch.restart)) for _round in range(rounds)]
        finally:
            watch.close()
    return [
        Latency("provider silent: engines gone", tuple(gone), "median <= 10"),
        Latency("Gluetun killed: engines gone", tuple(killed), "<= 2"),
        Latency("Gluetun restarted: engines gone", tuple(restarted), "<= 2"),
        Latency("usable again: engines listed", tuple(shown), f"<= {INTERVAL:.0f} (one check)"),
    ]


def table(results: Sequence[Latency]) -> str:
    """A table in Markdown: seconds as min / median / max."""
    lines = ["| exporter alone | runs | seconds | aim |", "|---|---|---|---|"]
    for result in results:
        spread = f"{min(result.seconds):.2f} / {statistics.median(result.seconds):.2f} / {max(result.seconds):.2f}"
        lines.append(f"| {result.name} | {len(result.seconds)} | {spread} | {result.aim} |")
    return "\n".join(lines)


class _Watch:
    def __init__(self, lab: Lab, url: str) -> None:
        self._lab = lab
        self._world = World(connect(), started_as(lab.prefix))
        self._vpn = self._world.vpn("1")
        self._first = {engine.name for engine in self._vpn.engines}
        self._connection = http.client.HTTPConnection(url.partition("//")[2], timeout=10)

    def close(self) -> None:
        self._connection.close()

    def silent(self) -> None:
        FAULTS["provider-silent"].run(self._world, self._vpn)

    def kill(self) -> None:
        self._docker("kill")

    def restart(self) -> None:
        self._docker("restart", "-t", "0")

    def gone_after(self, fault: Callable[[], None]) -> float:
        """From the moment at which the fault begins until no engine of the VPN is listed."""
        began = time.monotonic()
        fault()
        self._until(lambda: not self._first & self._names())
        return time.monotonic() - began

    def shown_after_back(self) -> float:
        """From the moment at which all engines of the VPN are usable, by their own answer, until they are listed."""
        FAULTS["provider-back"].run(self._world, self._vpn)
        usable: float | None = None

        def shown() -> bool:
            nonlocal usable
            # Their list is read first: an engine that is listed before it answers us was not late.
            listed = self._first <= self._names()
            if usable is None and all(connected(self._vpn, engine) for engine in self._vpn.engines):
                usable = time.monotonic()
            return listed

        self._until(shown)
        return max(0.0, time.monotonic() - usable) if usable is not None else 0.0

    def mended(self, seconds: float) -> float:
        """Have everything work again after a fault that Gluetun's own start leaves engines stranded by."""
        self._lab.heal()
        self.until_all()
        return seconds

    def until_all(self) -> None:
        self._until(lambda: self._names() == set(self._lab.engines))

    def _names(self) -> set[str]:
        self._connection.request("GET", "/engines")
        answer = self._connection.getresponse()
        body = answer.read()
        return {item["container_name"] for item in json.loads(body)} if answer.status == 200 else set()

    def _until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not condition():
            if time.monotonic() >= deadline:
                raise TimeoutError(f"not within {_PATIENCE:.0f} s")
            time.sleep(_POLL)

    def _docker(self, *words: str) -> None:
        # The command goes on in the background: what counts is when the engines are gone, not when it has ended.
        subprocess.Popen(["docker", *words, self._vpn.gluetun], stdout=subprocess.DEVNULL)


def _say(name: str, number: int, rounds: int, *seconds: float) -> None:
    figures = ", ".join(f"{value:.2f} s" for value in seconds)
    print(f"bench: {name}, round {number + 1} of {rounds}: {figures}", flush=True)
