# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each fault is seen by its effect, and its opposite by the effect's end."""

from __future__ import annotations

import http.client
from typing import Any

import pytest

from lab import checks, control, files
from lab.errors import LabError
from lab.faults import FAULTS
from lab.running import RunningLab
from lab.wait import wait_for

pytestmark = pytest.mark.lab
SOON = 30.0  # seconds
RENEWAL = 60.0  # seconds: a port is renewed every 45


def state(lab: RunningLab, name: str) -> str:
    """Docker's word for a container's state."""
    return lab.container(name).status


def health(lab: RunningLab) -> str:
    return lab.container(lab.lab.vpns[0].gluetun).attrs["State"]["Health"]["Status"]


def egress(lab: RunningLab) -> bool:
    return checks.egress(lab.container(lab.lab.vpns[0].gluetun), 1)


def says(lab: RunningLab, path: str) -> Any:
    return control.document(lab.lab.vpns[0], path, files.api_key(lab.lab.prefix))


def tunnel(lab: RunningLab) -> Any:
    found = says(lab, "/v1/vpn/status")
    return found if isinstance(found, str) else found["status"]


def port(lab: RunningLab) -> int | None:
    return control.port(lab.lab.vpns[0], files.api_key(lab.lab.prefix))


def connected(lab: RunningLab, number: int = 1) -> bool | None:
    return checks.connected(lab.lab.vpns[0], lab.lab.engines[number - 1])


def only_lo(lab: RunningLab, engine: str) -> bool:
    """Whether an engine's namespace has nothing but the loopback interface."""
    return lab.container(engine).exec_run("ls /sys/class/net").output.split() == [b"lo"]


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


def peers(lab: RunningLab, number: int = 1) -> int:
    """How many peers a fresh stream of an engine has."""
    base = f"http://{lab.lab.vpns[0].gluetun_ip}:{lab.lab.engines[number - 1].http_port}"
    found = document(f"{base}/ace/getstream?id={'d' * 40}&format=json")["response"]
    count = document(found["stat_url"])["response"]["peers"]
    document(found["command_url"] + "?method=stop")
    return count


def document(url: str) -> Any:
    import json

    status, body = checks.get(url, seconds=10)
    assert status == 200, body
    return json.loads(body)


def test_the_forwarded_engine_has_more_peers_until_its_port_leads_nowhere(lab: RunningLab) -> None:
    assert wait_for(lambda: peers(lab) == 15, SOON)
    assert peers(lab, 2) == 5
    lab.fault("port-change", "45009")
    assert wait_for(lambda: peers(lab) == 5, SOON)
    lab.fault("port-back")
    assert wait_for(lambda: peers(lab) == 15, SOON)


def test_another_port_is_reported_after_a_tunnel_came_up_anew(lab: RunningLab) -> None:
    lab.fault("port-change", "45009")
    control.cycle(lab.lab.vpns[0], files.api_key(lab.lab.prefix))
    assert wait_for(lambda: port(lab) == 45009, SOON)
    lab.fault("port-none")
    control.cycle(lab.lab.vpns[0], files.api_key(lab.lab.prefix))
    assert port(lab) == 0
    lab.fault("port-back")
    assert wait_for(lambda: port(lab) == 45001, SOON)


@pytest.mark.slow
def test_silence_of_nat_pmp_leaves_no_port_after_a_tunnel_came_up_anew(lab: RunningLab) -> None:
    lab.fault("port-silent")
    assert port(lab) == 45001
    control.cycle(lab.lab.vpns[0], files.api_key(lab.lab.prefix))
    assert wait_for(lambda: egress(lab), SOON)
    assert port(lab) == 0
    lab.fault("port-back")
    assert wait_for(lambda: port(lab) == 45001, RENEWAL)


@pytest.mark.slow
def test_a_refused_port_is_gone_at_the_next_renewal_and_back_soon(lab: RunningLab) -> None:
    lab.fault("port-none")
    assert wait_for(lambda: port(lab) == 0, RENEWAL)
    assert egress(lab)
    lab.fault("port-back")
    assert wait_for(lambda: port(lab) == 45001, SOON)


def test_tunnel_kill_is_a_crash_that_gluetun_mends_itself(lab: RunningLab) -> None:
    before = lab.container(lab.lab.vpns[0].gluetun).attrs["State"]["StartedAt"]
    lab.fault("tunnel-kill")
    assert wait_for(lambda: tunnel(lab) == "crashed", 5)
    assert not egress(lab)
    assert wait_for(lambda: tunnel(lab) == "running" and egress(lab), SOON)
    assert lab.container(lab.lab.vpns[0].gluetun).attrs["State"]["StartedAt"] == before
    assert wait_for(lambda: connected(lab), SOON)


def test_gluetun_restart_leaves_engines_with_only_lo(lab: RunningLab) -> None:
    lab.fault("gluetun-restart")
    for engine in lab.lab.engines:
        assert state(lab, engine.name) == "running"
        assert only_lo(lab, engine.name)
    assert wait_for(lambda: egress(lab), SOON)
    lab.heal()
    assert not only_lo(lab, lab.lab.engines[0].name)
    assert connected(lab) is True


@pytest.mark.parametrize("name", ["gluetun-kill", "gluetun-stop"])
def test_a_gluetun_that_was_ended_stays_exited_until_started(lab: RunningLab, name: str) -> None:
    gluetun = lab.lab.vpns[0].gluetun
    lab.fault(name)
    assert state(lab, gluetun) == "exited"
    assert says(lab, "/v1/vpn/status") == "no answer"
    lab.fault("gluetun-start")
    assert wait_for(lambda: egress(lab), SOON)


def test_gluetun_crash_is_mended_by_docker_and_strands_the_engines(lab: RunningLab) -> None:
    container = lab.container(lab.lab.vpns[0].gluetun)
    count = container.attrs["RestartCount"]
    lab.fault("gluetun-crash")
    assert state(lab, container.name) == "running"
    assert lab.container(container.name).attrs["RestartCount"] == count + 1
    assert only_lo(lab, lab.lab.engines[0].name)


def test_gluetun_pause(lab: RunningLab) -> None:
    lab.fault("gluetun-pause")
    assert state(lab, lab.lab.vpns[0].gluetun) == "paused"
    assert says(lab, "/v1/vpn/status") == "no answer"
    lab.fault("gluetun-unpause")
    assert wait_for(lambda: egress(lab) and tunnel(lab) == "running", SOON)


def test_gluetun_recreate_gives_another_id_and_the_same_settings(lab: RunningLab) -> None:
    gluetun = lab.lab.vpns[0].gluetun
    before = lab.container(gluetun)
    lab.fault("gluetun-recreate")
    after = lab.container(gluetun)
    assert after.id != before.id
    for part in ("Env", "Image", "Labels"):
        assert sorted(after.attrs["Config"][part]) == sorted(before.attrs["Config"][part])
    assert only_lo(lab, lab.lab.engines[0].name)
    lab.heal()
    for engine in lab.lab.engines:
        assert lab.container(engine.name).attrs["HostConfig"]["NetworkMode"] == f"container:{after.id}"


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


def test_engine_kill(lab: RunningLab) -> None:
    lab.fault("engine-kill")
    assert state(lab, f"{lab.lab.prefix}-engine1") == "exited"
    assert connected(lab, 2) is True
    lab.fault("engine-start")
    assert wait_for(lambda: connected(lab), SOON)


def test_engine_hang_accepts_and_answers_nothing(lab: RunningLab) -> None:
    lab.fault("engine-hang", number=2)
    connection = http.client.HTTPConnection(lab.lab.vpns[0].gluetun_ip, lab.lab.engines[1].http_port, timeout=1)
    connection.connect()
    connection.request("GET", "/webui/api/service?method=get_version")
    with pytest.raises(TimeoutError):
        connection.getresponse()
    connection.close()
    assert connected(lab) is True
    lab.fault("engine-unhang", number=2)
    assert wait_for(lambda: connected(lab, 2), SOON)


def test_host_reboot_leaves_exited_and_created_and_heal_gives_policies_back(lab: RunningLab) -> None:
    lab.fault("host-reboot")
    names = [lab.lab.vpns[0].gluetun, *(engine.name for engine in lab.lab.engines)]
    assert [state(lab, name) for name in names] == ["exited", "exited", "created"]
    assert {lab.container(name).attrs["HostConfig"]["RestartPolicy"]["Name"] for name in names} == {"no"}
    lab.heal()
    policies = {lab.container(name).attrs["HostConfig"]["RestartPolicy"]["Name"] for name in names}
    assert policies == {"unless-stopped"}
    assert all(connected(lab, number) for number in (1, 2))


def test_heal_mends_many_faults_at_once(lab: RunningLab) -> None:
    for name in ("dns-dead", "port-none", "api-401", "engine-hang", "gluetun-pause", "provider-silent"):
        lab.fault(name)
    lab.heal()
    assert egress(lab)
    assert (tunnel(lab), port(lab), connected(lab)) == ("running", 45001, True)


def test_a_container_of_somebody_else_is_never_touched(lab: RunningLab) -> None:
    """A name alone does not make a container the lab's."""
    engine = lab.lab.engines[1].name
    lab.container(engine).remove(force=True)
    stranger = lab.client.containers.create(lab.container(f"{lab.lab.prefix}-engine1").image.id, name=engine)
    try:
        with pytest.raises(LabError, match="does not belong"):
            lab.fault("engine-kill", number=2)
        with pytest.raises(LabError, match="does not belong"):
            lab.heal()
        stranger.reload()
        assert stranger.status == "created"
    finally:
        stranger.remove(force=True)


def test_every_fault_is_tried_here_or_is_an_opposite() -> None:
    import pathlib

    text = pathlib.Path(__file__).read_text(encoding="utf-8")
    assert [name for name in FAULTS if f'"{name}"' not in text] == []
