# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each fault of a container is seen by its effect, and its opposite by the effect's end."""

from __future__ import annotations

import http.client

import pytest

from lab.errors import LabError
from lab.running import RunningLab
from lab.wait import wait_for
from tests.lab.lab_itself.seen import SOON, connected, egress, only_lo, says, state, tunnel

pytestmark = pytest.mark.lab


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
