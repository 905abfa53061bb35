# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one sees of the stand-in when its port or container changes is what was seen of a real Gluetun."""

from __future__ import annotations

import pytest

from lab import control, files
from lab.running import RunningLab
from lab.wait import wait_for
from tests.lab.contract.timeline import Watcher, kinds, recorded, works

pytestmark = [pytest.mark.lab, pytest.mark.slow]


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
