# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one sees of the stand-in in an outage is what was seen of a real Gluetun: the same changes in the same order."""

from __future__ import annotations

import pytest

from lab.running import RunningLab
from lab.wait import wait_for
from tests.lab.contract.timeline import Watcher, kinds, momentary, recorded, works

pytestmark = [pytest.mark.lab, pytest.mark.slow]


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
    assert {row["status"] for row in seen.rows if "status" in row and not momentary(row)} == {"running"}


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
