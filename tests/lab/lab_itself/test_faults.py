# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each fault of a tunnel and of Gluetun itself is seen by its effect, and its opposite by the effect's end."""

from __future__ import annotations

import http.client
from pathlib import Path

import pytest

from lab.faults import FAULTS
from lab.running import RunningLab
from lab.wait import wait_for
from tests.lab.lab_itself.seen import SOON, connected, egress, health, port, says, tunnel

pytestmark = pytest.mark.lab


def test_provider_silent_kills_egress_while_docker_says_healthy(lab: RunningLab) -> None:
    lab.fault("provider-silent")
    assert not egress(lab)
    assert (health(lab), tunnel(lab)) == ("healthy", "running")
    # An engine goes on saying so for a while, and then no more.
    assert wait_for(lambda: connected(lab) is False, SOON)
    assert health(lab) == "healthy"
    lab.fault("provider-back")
    assert wait_for(lambda: egress(lab), SOON)
    assert wait_for(lambda: connected(lab), SOON)


def test_dns_dead_leaves_addresses_alone(lab: RunningLab) -> None:
    gluetun = lab.container(lab.lab.vpns[0].gluetun)
    name = "timeout 5 wget -q -t 1 -T 2 -O /dev/null http://example.com/"
    assert gluetun.exec_run(name).exit_code == 0
    lab.fault("dns-dead")
    assert gluetun.exec_run(name).exit_code != 0
    assert egress(lab)
    lab.fault("dns-back")
    assert wait_for(lambda: gluetun.exec_run(name).exit_code == 0, SOON)


def test_tunnel_kill_is_a_crash_that_gluetun_mends_itself(lab: RunningLab) -> None:
    before = lab.container(lab.lab.vpns[0].gluetun).attrs["State"]["StartedAt"]
    lab.fault("tunnel-kill")
    assert wait_for(lambda: tunnel(lab) == "crashed", 5)
    assert not egress(lab)
    assert wait_for(lambda: tunnel(lab) == "running" and egress(lab), SOON)
    assert lab.container(lab.lab.vpns[0].gluetun).attrs["State"]["StartedAt"] == before
    assert wait_for(lambda: connected(lab), SOON)


@pytest.mark.parametrize(
    ("name", "seen"),
    [("api-401", "HTTP 401"), ("api-500", "HTTP 500"), ("api-silent", "no answer"), ("api-garbage", "garbage")],
)
def test_the_control_server_misbehaves_while_the_tunnel_works(lab: RunningLab, name: str, seen: str) -> None:
    lab.fault(name)
    assert says(lab, "/v1/vpn/status") == seen
    assert egress(lab)
    lab.fault("api-ok")
    assert says(lab, "/v1/vpn/status") == {"status": "running"}


def test_a_silent_control_server_accepts_connections(lab: RunningLab) -> None:
    lab.fault("api-silent")
    connection = http.client.HTTPConnection(lab.lab.vpns[0].gluetun_ip, 8000, timeout=1)
    connection.connect()
    connection.request("GET", "/v1/vpn/status")
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()


def test_health_bad_makes_docker_call_a_working_tunnel_unhealthy(lab: RunningLab) -> None:
    lab.fault("health-bad")
    assert wait_for(lambda: health(lab) == "unhealthy", SOON)
    assert egress(lab)
    lab.fault("health-ok")
    assert wait_for(lambda: health(lab) == "healthy", SOON)


def test_heal_mends_many_faults_at_once(lab: RunningLab) -> None:
    for name in ("dns-dead", "port-none", "api-401", "engine-hang", "gluetun-pause", "provider-silent"):
        lab.fault(name)
    lab.heal()
    assert egress(lab)
    assert (tunnel(lab), port(lab), connected(lab)) == ("running", 45001, True)


def test_every_fault_is_tried_or_is_an_opposite() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_faults*.py"))
    assert [name for name in FAULTS if f'"{name}"' not in tests] == []
