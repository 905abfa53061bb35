# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A time line of what one sees of the stand-in, and the recorded ones of a real Gluetun."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lab import watch
from lab.running import RunningLab
from lab.wait import wait_for

RECORDED = json.loads(
    (Path(__file__).resolve().parents[2] / "recorded/gluetun-timelines.json").read_text(encoding="utf-8")
)
WATCHED = ("status", "port", "ip", "container", "egress")


class Watcher:
    """Samples in a thread, keeps the rows that differ, and marks what was done in between."""

    def __init__(self, lab: RunningLab) -> None:
        self.rows: list[dict[str, Any]] = []
        self._lab = lab
        self._began = time.monotonic()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Watcher:
        self._thread.start()
        assert wait_for(lambda: self.rows, 10), "no sample could be taken"
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join(timeout=20)

    def _run(self) -> None:
        for row in watch.changes(self._lab.client, self._lab.lab, self._lab.lab.vpns[0], 600):
            self.rows.append(row)
            if self._stop.is_set():
                return

    def act(self, what: str, do: Callable[[], object]) -> float:
        """Do something. :returns: when, in seconds of this time line."""
        before = len(self.rows)
        do()
        at = round(time.monotonic() - self._began, 1)
        # What was seen while it was done is behind it, or nobody would wait for it.
        self.rows.insert(before, {"t": at, "action": what})
        return at

    def wait(self, condition: Callable[[dict[str, Any]], bool], seconds: float) -> dict[str, Any]:
        """Wait for the last row to fulfil a condition. :returns: it."""

        def look() -> bool:
            return "action" not in self.rows[-1] and condition(self.rows[-1])

        assert wait_for(look, seconds), f"not seen within {seconds} s; rows: {self.rows}"
        return self.rows[-1]


def kinds(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The rows without their times, ports told apart only by being there; actions left out.

    A sample may fall into the moment in which the tunnel is started anew: that is left out, too.
    """
    found: list[tuple[Any, ...]] = []
    for row in rows:
        if "action" in row or momentary(row):
            continue
        port = "some" if isinstance(row["port"], int) and row["port"] else row["port"]
        kind = tuple(port if name == "port" else row[name] for name in WATCHED)
        if not found or found[-1] != kind:
            found.append(kind)
    return found


def momentary(row: dict[str, Any]) -> bool:
    return row.get("status") in ("stopping", "stopped", "starting")


def recorded(words: str) -> list[dict[str, Any]]:
    """The recorded time line whose title holds these words."""
    return next(rows for title, rows in RECORDED["timelines"].items() if words in title)


def works(row: dict[str, Any]) -> bool:
    """Whether a row shows a tunnel in full working order."""
    return row["egress"] is True and row["port"] == 45001 and bool(row["ip"]) and row["container"] == "running/healthy"
