# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one sees of the stand-in over time is what was seen of a real Gluetun: the same changes in the same order."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lab import control, files, watch
from lab.running import RunningLab
from lab.wait import wait_for

RECORDED = json.loads((Path(__file__).with_name("data") / "gluetun-timelines.json").read_text(encoding="utf-8"))
WATCHED = ("status", "port", "ip", "container", "egress")

pytestmark = [pytest.mark.lab, pytest.mark.slow]


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
        do()
        at = round(time.monotonic() - self._began, 1)
        self.rows.append({"t": at, "action": what})
        return at

    def wait(self, condition: Callable[[dict[str, Any]], bool], seconds: float) -> dict[str, Any]:
        """Wait for the last row to fulfil a condition. :returns: it."""

        def look() -> bool:
            return "action" not in self.rows[-1] and condition(self.rows[-1])

        assert wait_for(look, seconds), f"not seen within {seconds} s; rows: {self.rows}"
        return self.rows[-1]


@pytest.fixture
def steady(recorded_lab: RunningLab) -> RunningLab:
    """A tunnel that has just come up, so that its renewals and checks fall at the same times in each run."""
    recorded_lab.heal()
    control.cycle(recorded_lab.lab.vpns[0], files.api_key(recorded_lab.lab.prefix))
    recorded_lab.heal()
    return recorded_lab


def kinds(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The rows without their times, ports told apart only by being there; actions left out.

    A sample may fall into the moment in which the tunnel is started anew: that is left out, too.
    """
    found: list[tuple[Any, ...]] = []
    for row in rows:
        if "action" in row or _momentary(row):
            continue
        port = "some" if isinstance(row["port"], int) and row["port"] else row["port"]
        kind = tuple(port if name == "port" else row[name] for name in WATCHED)
        if not found or found[-1] != kind:
            found.append(kind)
    return found


def _momentary(row: dict[str, Any]) -> bool:
    return row.get("status") in ("stopping", "stopped", "starting")


def recorded(words: str) -> list[dict[str, Any]]:
    """The recorded time line whose title holds these words."""
    return next(rows for title, rows in RECORDED["timelines"].items() if words in title)


def works(row: dict[str, Any]) -> bool:
    """Whether a row shows a tunnel in full working order."""
    return row["egress"] is True and row["port"] == 45001 and bool(row["ip"]) and row["container"] == "running/healthy"


def test_an_outage_of_100_s_shows_in_egress_then_port_then_address_and_never_in_health(steady: RunningLab) -> None:
    """The whole recorded sequence; Docker's health and the tunnel's status never show it."""
    with Watcher(steady) as seen:
        seen.wait(works, 30)
        silent = seen.act("docker pause provider", lambda: steady.fault("provider-silent"))
        seen.wait(lambda row: row["ip"] == "", 100)
        # Pausing for as long as the recording did.
        wait_for(lambda: seen.rows[-1]["t"] > 10_000, max(0.0, 100 - (seen.rows[-1]["t"] - silent)), every=1)
        seen.act("docker unpause provider", lambda: steady.fault("provider-back"))
        seen.wait(works, 30)
    outage = recorded("100 s")
    assert kinds(seen.rows)[: len(kinds(outage)) - 1] == kinds(outage)[:-1]
    assert kinds(seen.rows)[-1] == kinds(outage)[-1]
    assert {row["container"] for row in seen.rows if "container" in row} == {"running/healthy"}
    assert {row["status"] for row in seen.rows if "status" in row and not _momentary(row)} == {"running"}


def test_an_outage_of_12_s_shows_only_in_egress(steady: RunningLab) -> None:
    """Short, and over before anything but a probe has seen it."""
    with Watcher(steady) as seen:
        seen.wait(works, 30)
        silent = seen.act("docker pause provider", lambda: steady.fault("provider-silent"))
        seen.wait(lambda row: row["egress"] is False, 10)
        wait_for(lambda: seen.rows[-1]["t"] > silent + 12, 12, every=1)
        seen.act("docker unpause provider", lambda: steady.fault("provider-back"))
        seen.wait(works, 30)
    assert kinds(seen.rows) == kinds(recorded("12 s"))


def test_another_forwarded_port_is_seen_at_a_renewal_and_silence_is_not(steady: RunningLab) -> None:
    """A port in the API is no proof of a port that works."""
    with Watcher(steady) as seen:
        seen.wait(works, 30)
        seen.act("the provider forwards port 45002", lambda: steady.fault("port-change", "45002"))
        seen.wait(lambda row: row["port"] == 45002, 60)
        seen.act("the provider stops answering NAT-PMP", lambda: steady.fault("port-silent"))
        vpn, key = steady.lab.vpns[0], files.api_key(steady.lab.prefix)
        # Past the next renewal, whose first tries are not answered.
        assert wait_for(lambda: control.port(vpn, key) != 45002, 60, every=1) is False
    assert {row["ip"] for row in seen.rows if "ip" in row} == {"203.0.113.7"}
    steady.heal()


def test_a_restart_and_a_kill_end_as_recorded(steady: RunningLab) -> None:
    """Gone for a moment, then starting, then healthy; killed, it stays exited until it is started."""
    with Watcher(steady) as seen:
        seen.wait(works, 30)
        seen.act("docker restart -t 3 gluetun", lambda: steady.fault("gluetun-restart"))
        seen.wait(lambda row: row["container"] == "running/starting" and row["port"] == 45001, 20)
        seen.wait(works, 30)
        seen.act("docker kill gluetun", lambda: steady.fault("gluetun-kill"))
        seen.wait(lambda row: row["container"].startswith("exited/") and row["status"] == "ConnectionError", 20)
        seen.act("docker start gluetun", lambda: steady.fault("gluetun-start"))
        seen.wait(works, 30)
    theirs = set(kinds(recorded("is restarted")))
    assert ("ConnectionError", "ConnectionError", "ConnectionError", "exited/unhealthy", False) in theirs
    assert set(kinds(seen.rows)) & theirs >= {
        ("running", "some", "203.0.113.7", "running/healthy", True),
        ("running", "some", "203.0.113.7", "running/starting", True),
        ("ConnectionError", "ConnectionError", "ConnectionError", "exited/unhealthy", False),
    }
