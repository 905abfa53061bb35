# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""With nobody at the keyboard: how soon each way of starting a run has all engines usable again after a restart.

In each round the only thing that is done is C(docker restart) of a Gluetun. What follows is the exporter's and the
run's own doing, with the figures that the roles have by default.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from lab.alert_chain import AlertChain
from lab.exporter import Exporter
from lab.rulebook import Rulebook
from tests.lab.e2e.harness import Lab, docker, until
from tests.systemd.roles.systemd_host import SystemdHost

#: The slowest way: an alert holds back for half a minute, and a busy machine takes its time.
_PATIENCE = 240


@dataclass(frozen=True)
class Way:
    """One way of starting a run.

    :ivar hidden: seconds from the beginning of the restart until the engines were hidden, round by round.
    :ivar usable: seconds from the end of the restart until all engines were listed again.
    """

    name: str
    hidden: tuple[float, ...]
    usable: tuple[float, ...]


def triggers(lab: Lab, rounds: int) -> list[Way]:
    """All three ways.

    :param lab: one that works, for two of them. The third has a host with systemd and a lab of its own.
    """
    return [_path_unit(rounds), _events(lab, rounds), _alerts(lab, rounds)]


def table(ways: list[Way]) -> str:
    """A table in Markdown: seconds as min / median / max."""
    lines = ["| started by | engines hidden, s | all usable again, s |", "|---|---|---|"]
    for way in ways:
        lines.append(f"| {way.name} | {_spread(way.hidden)} | {_spread(way.usable)} |")
    return "\n".join(lines)


def _path_unit(rounds: int) -> Way:
    with tempfile.TemporaryDirectory() as folder, SystemdHost("bench", Path(folder)) as host:
        lab = host.lab("acebench-inside", engines=3)
        lab.up()
        for role in ("exporter", "schedule"):
            done = host.run(role)
            assert done.code == 0, done.output
        # The timer would do the same a little later, and which of both was first could not be told.
        host.exec("systemctl", "stop", "acestream-vpn-recover.timer")
        return _measure("path unit of the role schedule", lab, host.docker, rounds)


def _events(lab: Lab, rounds: int) -> Way:
    with tempfile.TemporaryDirectory() as folder, Exporter(lab.prefix) as exporter:
        variables = {"acestream_exporters": [{"host": "lab", "url": exporter.url}]}
        with Rulebook("acestream.vpn.watch", Path(folder), variables, lab.folder / "inventory.yml") as responder:
            responder.until(lambda: "PLAY RECAP" in responder.output, "it follows the exporter")
            return _measure("event source and rulebook", lab, docker, rounds)


def _alerts(lab: Lab, rounds: int) -> Way:
    with AlertChain(lab.prefix, [lab.gluetun]) as chain:
        chain.responder.until(chain.listens, "it listens")
        return _measure("Prometheus, Alertmanager and webhook", lab, docker, rounds)


def _measure(name: str, lab: Lab, run_docker: Callable[..., str], rounds: int) -> Way:
    hidden, usable = [], []
    for number in range(rounds):
        until(lambda: sorted(lab.shown()) == lab.engines, "all engines work", _PATIENCE)
        with ThreadPoolExecutor(max_workers=1) as beside:
            began = time.monotonic()
            restart = beside.submit(run_docker, "restart", "--time", "1", lab.gluetun)
            _until(lambda: not set(lab.shown()) & set(lab.engines), "the engines are hidden")
            hidden.append(time.monotonic() - began)
            restart.result()
        back = time.monotonic()
        _until(lambda: sorted(lab.shown()) == lab.engines, f"{name}: all engines are usable again")
        usable.append(time.monotonic() - back)
        print(f"bench: {name}, round {number + 1} of {rounds}: {hidden[-1]:.1f} s, {usable[-1]:.1f} s", flush=True)
    return Way(name, tuple(hidden), tuple(usable))


def _until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"not within {_PATIENCE} s: {what}"
        time.sleep(0.02)


def _spread(seconds: tuple[float, ...]) -> str:
    return f"{min(seconds):.1f} / {statistics.median(seconds):.1f} / {max(seconds):.1f}"
