# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A time line: what happened, when it happened, and when the specification expects it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

#: When the specification expects what the journal tells of, in seconds from the fault, by scenario step.
_EXPECTED = {
    "gluetun_unhealthy": "0-5",
    "gluetun_restarted": "0-5",
    "engines_lost": "0-5",
    "engines_hidden": "5-10",
    "gluetun_cycling": "10-30",
    "gluetun_restarting": "60+",
    "gluetun_healthy": "30-60",
    "engines_restarting": "30-60 / 90-120",
    "failover": "0-5",
    "engines_provisioning": "5-30",
    "failback": "60-120",
    "engines_removing": "120+",
    "port_lost": "5-30",
    "port_obtained": "60+",
    "engine_recreating": "60+",
    "engines_shown": "60+ / 120+",
}


class Timeline:
    """Prints rows as they happen, in seconds since it was made.

    :param journal: the journal of the host, as JSON lines.
    """

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._read = len(self._lines())
        self._began = time.time()
        self._kinds: set[str] = set()
        print(f"  {'seconds':>8}  {'specification':<15} what happened")

    def mark(self, text: str, expected: str) -> None:
        """Print a row of our own, for now."""
        self._row(time.time(), expected, text)

    def has(self, kind: str) -> bool:
        """Whether the journal has told of something since the beginning."""
        return kind in self._kinds

    def follow(self, done: Callable[[], bool], patience: float, ended: Callable[[], object]) -> None:
        """Print what the journal tells until it is done, the run has ended or patience is over."""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            finished = done() or ended() is not None
            for line in self._news():
                self._kinds.add(line["kind"])
                self._row(line["at"], _EXPECTED.get(line["kind"], ""), f"{line['level']}: {line['message']}")
            if finished:
                return
            time.sleep(0.2)

    def _news(self) -> list[dict]:
        lines = self._lines()[self._read :]
        self._read += len(lines)
        return [json.loads(line) for line in lines]

    def _lines(self) -> list[str]:
        try:
            # The last line may still be on its way.
            return self._journal.read_text(encoding="utf-8").split("\n")[:-1]
        except FileNotFoundError:
            return []

    def _row(self, at: float, expected: str, text: str) -> None:
        print(f"  {at - self._began:8.1f}  {expected:<15} {text}", flush=True)
