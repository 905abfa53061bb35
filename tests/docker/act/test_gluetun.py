# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module C(gluetun) on a real container that has no VPN: starts, restarts, stops."""

from __future__ import annotations

import time

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._model.attempts import gluetun_restarted
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store

from tests.docker.act.silent_docker import silent_docker
from tests.docker.act.world import docker, finish, inspect, touched

pytestmark = pytest.mark.lab

#: Nobody has this address (RFC 5737), and the container's own port always answers.
NOWHERE, ITSELF = "192.0.2.1:9", "127.0.0.1:8000"


def options(world, **more: object) -> dict:
    common = {
        "name": world.gluetun,
        "stop_timeout": 1,
        "egress_targets": [NOWHERE],
        "probe_timeout": 0.3,
        "wait": False,
    }
    return {**common, "control_port": 1, **more}


def test_a_restart_is_a_desired_state(world):
    since = time.time()
    with world.actions() as actions:
        done = world.run("gluetun", **options(world, restarted_since=since, reason="not healthy for 63 s"))
        again = world.run("gluetun", **options(world, restarted_since=since))
    assert (done["changed"], done["actions"], again["changed"]) == (True, ["restart"], False)
    assert actions[world.gluetun, "restart"] == 1
    assert "was started at" in again["skip_reason"]
    assert world.journal() == ["INFO: Restarting Gluetun container: not healthy for 63 s"]
    assert len(world.memory()["gluetuns"][world.gluetun]["restarts"]) == 1
    assert done["container"]["after"]["started_at"] > done["container"]["before"]["started_at"]


def test_three_calls_at_once_restart_it_once(world):
    wanted = options(world, restarted_since=time.time())
    with world.actions() as actions:
        processes = [world.start("gluetun", **wanted) for _each in range(3)]
        done = [finish(process) for process in processes]
    assert sorted(call["changed"] for call in done) == [False, False, True]
    assert actions[world.gluetun, "restart"] == 1


def test_one_that_works_is_left_alone(world):
    with world.actions() as actions:
        done = world.run("gluetun", **options(world, restarted_since=time.time(), egress_targets=[NOWHERE, ITSELF]))
    assert (done["changed"], done["skip_reason"], done["egress"]) == (False, "egress works", "ok")
    assert not touched(actions)
    forced = options(world, restarted_since=time.time(), egress_targets=[ITSELF], unless_healthy=False)
    assert world.run("gluetun", **forced)["actions"] == ["restart"]


def test_an_attempt_that_was_written_down_is_not_made_again(world):
    since = time.time()
    # As a run leaves it that is killed after it wrote the attempt down and before it made it.
    Store(str(world.state)).update(lambda memory: (gluetun_restarted(memory, world.gluetun, since + 0.1), None))
    with world.actions() as actions:
        done = world.run("gluetun", **options(world, restarted_since=since))
    assert (done["changed"], done.result.get("failed", False)) == (False, False)
    assert "was tried at" in done["skip_reason"]
    assert not touched(actions)
    docker("stop", "-t", "2", world.gluetun)
    assert not world.run("gluetun", **options(world, restarted_since=since))["changed"]


@pytest.mark.parametrize(
    ("way", "action"), [(["stop", "-t", "1"], "start"), (["kill"], "start"), (["pause"], "unpause")]
)
def test_one_that_does_not_run_is_brought_to_run(world, way, action):
    docker(*way, world.gluetun)
    done = world.run("gluetun", **options(world, restarted_since=time.time() - 1))
    assert done["actions"] == [action]
    assert inspect(world.gluetun)["State"]["Status"] == "running"
    assert not world.run("gluetun", **options(world))["changed"]


def test_stopped_is_a_state_too(world):
    docker("pause", world.gluetun)
    assert world.run("gluetun", **options(world, state="stopped"))["actions"] == ["stop"]
    assert inspect(world.gluetun)["State"]["Status"] == "exited"
    assert not world.run("gluetun", **options(world, state="stopped"))["changed"]
    assert world.run("gluetun", **options(world, state="stopped", restarted_since=1.0))["failed"]


def test_a_tunnel_without_a_control_server_is_not_cycled(world):
    with world.actions() as actions:
        done = world.run("gluetun", **options(world, cycled_since=time.time()))
    assert (done["changed"], done.result.get("failed", False)) == (False, False)
    assert "cannot be cycled" in done["skip_reason"]
    assert not touched(actions)


def test_check_mode_does_nothing(world):
    wanted = options(world, restarted_since=time.time(), _ansible_check_mode=True, _ansible_diff=True)
    with world.actions() as actions:
        done = world.run("gluetun", **wanted)
    assert (done["changed"], done["actions"]) == (True, ["restart"])
    assert done["diff"]["before"]["started_at"] != done["diff"]["after"]["started_at"]
    assert not touched(actions)
    assert not world.state.exists()


def test_it_never_creates_one(world):
    world.remove(world.gluetun)
    done = world.run("gluetun", **options(world, restarted_since=time.time()))
    assert done["failed"]
    assert "create it" in done["msg"]


def test_an_answer_that_does_not_arrive_is_no_failure(world, tmp_path):
    with silent_docker(tmp_path / "docker.sock", "/restart?") as address, world.actions() as actions:
        wanted = options(world, restarted_since=time.time(), docker_host=address, timeout=1)
        done = world.run("gluetun", **wanted)
    assert (done["changed"], done["actions"], done.result.get("failed", False)) == (True, ["restart"], False)
    assert "warnings" not in done.result
    assert actions[world.gluetun, "restart"] == 1


def test_an_engine_is_looked_at_again_too(world, tmp_path):
    name = world.start_engine()
    with silent_docker(tmp_path / "docker.sock", "/restart?") as address, world.actions() as actions:
        done = world.engines(name, started_since=time.time(), docker_host=address, timeout=1, stop_timeout=1)
    assert (done.engine(name)["status"], done.engine(name)["usable"]) == ("ok", True)
    assert actions[name, "restart"] == 1


@pytest.mark.parametrize("call", ["/rename?", "/create?", "/stop?", "/start", "DELETE"])
def test_a_recreation_goes_on_where_an_answer_does_not_arrive(world, tmp_path, call):
    name = world.start_engine()
    world.recreate_gluetun()
    with silent_docker(tmp_path / "docker.sock", call) as address:
        done = world.engines(name, docker_host=address, timeout=1)
    assert (done.engine(name)["status"], done.engine(name)["usable"]) == ("ok", True)
    assert not world.engines(name)["changed"]


def test_docker_that_cannot_be_reached_is_held_where_a_remedy_was_asked_for(world):
    unreachable = {"docker_host": "unix:///does/not/exist.sock"}
    held = world.run("gluetun", **options(world, restarted_since=time.time(), **unreachable))
    assert (held["changed"], held.result.get("failed", False)) == (False, False)
    assert "nothing is done on a guess" in held["skip_reason"]
    assert world.run("gluetun", **options(world, state="connected", **unreachable))["failed"]


def test_one_that_does_not_connect_is_reported(world):
    done = world.run("gluetun", **options(world, state="connected", wait_timeout=1))
    assert done["failed"]
    assert "carries no traffic" in done["msg"]
    assert not done["changed"]
