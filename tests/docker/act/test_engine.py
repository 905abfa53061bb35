# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module C(engine) on real containers: what it does, and above all what it leaves alone."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time

import pytest

from tests.docker.act.world import LABEL, docker, exists, finish, inspect, touched, until

pytestmark = pytest.mark.lab


def answers(world, name: str) -> bool:
    """Whether an engine can be reached on its gluetun's address, as a player would."""
    address = next(iter(inspect(world.gluetun)["NetworkSettings"]["Networks"].values()))["IPAddress"]
    port = int(inspect(name)["Config"]["Labels"]["acestream.http_port"])
    try:
        socket.create_connection((address, port), timeout=1).close()
    except OSError:
        return False
    return True


def test_an_engine_that_works_is_left_alone(world):
    name = world.start_engine()
    with world.actions() as actions:
        done = world.engines(name)
    assert (done["changed"], done.engine(name)["usable"]) == (False, True)
    assert not touched(actions)
    assert not (world.state / "memory.json").exists()


def test_engines_stranded_by_a_restart_work_again_after_one_call(world):
    names = [world.start_engine(number) for number in (1, 2, 3)]
    docker("restart", "-t", "1", world.gluetun)
    assert not any(answers(world, name) for name in names)
    with world.actions() as actions:
        done = world.engines(*names)
    assert [engine["action"] for engine in done["engines"]] == ["restart"] * 3
    assert all(answers(world, name) for name in names)
    assert {item: count for item, count in actions.items() if item[1] == "restart"} == {
        (name, "restart"): 1 for name in names
    }
    assert not world.engines(*names)["changed"]
    assert world.journal() == ["INFO: Restarting 3 engines on recovered VPN"]
    assert all(len(engine["attempts"]) == 1 for engine in world.memory()["engines"].values())


@pytest.mark.parametrize("way", ["stop", "pause", "rm"])
def test_nothing_is_done_while_gluetun_does_not_run(world, way):
    running, created = world.start_engine(1), world.start_engine(2, verb="create")
    if way == "stop":
        world.stop(world.gluetun)
    else:
        docker(*{"pause": ("pause",), "rm": ("rm", "-f", "-v")}[way], world.gluetun)
    with world.actions() as actions:
        done = world.engines(running, created, started_since=time.time())
    assert not done.result.get("failed")
    assert [engine["status"] for engine in done["engines"]] == ["held", "held"]
    assert not touched(actions)
    assert inspect(running)["State"]["Status"] == "running"
    if way == "pause":
        docker("unpause", world.gluetun)


def test_engines_left_stopped_by_a_reboot_are_started(world):
    created, exited, paused = world.start_engine(1, verb="create"), world.start_engine(2), world.start_engine(3)
    docker("stop", "-t", "1", exited)
    docker("pause", paused)
    done = world.engines(created, exited, paused)
    assert [engine["action"] for engine in done["engines"]] == ["start", "start", "unpause"]
    assert all(engine["usable"] for engine in done["engines"])


def test_a_paused_engine_in_a_namespace_of_an_earlier_start_is_restarted(world):
    name = world.start_engine()
    docker("pause", name)
    docker("restart", "-t", "1", world.gluetun)
    done = world.engines(name)
    assert (done.engine(name)["action"], done.engine(name)["usable"]) == ("restart", True)


def test_a_restart_is_a_desired_state(world):
    name = world.start_engine()
    since = time.time()
    assert world.engines(name, started_since=since).engine(name)["action"] == "restart"
    assert not world.engines(name, started_since=since)["changed"]


def test_a_live_stream_puts_a_restart_off_and_an_idle_engine_is_not_waited_for(world):
    streaming, idle = world.start_engine(1), world.start_engine(2)
    address = next(iter(inspect(world.gluetun)["NetworkSettings"]["Networks"].values()))["IPAddress"]
    since = time.time()
    until(lambda: answers(world, streaming), "the engine listens")
    with socket.create_connection((address, 6879)):
        done = world.engines(streaming, idle, started_since=since, drain_until=since + 600)
        assert [engine["status"] for engine in done["engines"]] == ["draining", "ok"]
        assert [engine["action"] for engine in done["engines"]] == ["none", "restart"]
        # When the time is up it is cut.
        late = world.engines(streaming, started_since=since, drain_until=time.time() - 1)
        assert late.engine(streaming)["action"] == "restart"


def test_two_calls_at_once_restart_each_engine_once(world):
    names = [world.start_engine(number) for number in (1, 2)]
    entries = [{"name": name, "gluetun": world.gluetun, "started_since": time.time()} for name in names]
    with world.actions() as actions:
        processes = [world.start("engine", engines=entries) for _each in range(3)]
        done = [finish(process) for process in processes]
    assert sorted(call["changed"] for call in done) == [False, False, True]
    assert {item[0]: count for item, count in actions.items() if item[1] == "restart"} == dict.fromkeys(names, 1)


def test_check_mode_says_what_it_would_do_and_does_nothing(world):
    name = world.start_engine()
    world.recreate_gluetun()
    with world.actions() as actions:
        done = world.engines(name, _ansible_check_mode=True, _ansible_diff=True)
    assert (done["changed"], done.engine(name)["action"]) == (True, "recreate")
    new = f"container:{inspect(world.gluetun)['Id']}"
    assert done["diff"]["before"][name]["network"] != new
    assert done["diff"]["after"][name]["network"] == new
    assert not touched(actions)
    assert not world.state.exists()
    real = world.engines(name, _ansible_diff=True)
    assert real["diff"]["after"][name]["network"] == new
    again = world.engines(name, _ansible_check_mode=True)
    assert not again["changed"]


def test_one_failure_does_not_keep_the_others_waiting(world, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    bad = world.start_engine(1, "--mount", f"type=bind,src={source},dst=/b")
    good = world.start_engine(2)
    docker("stop", "-t", "1", bad, good)
    source.rmdir()
    done = world.engines(bad, good, "does-not-exist")
    assert done["failed"]
    assert [engine["status"] for engine in done["engines"]] == ["failed", "ok", "failed"]
    assert bad in done["msg"]
    assert "does-not-exist: there is no container of that name: create it" in done["msg"]
    assert answers(world, good)
    assert any(line.startswith(f"ERROR: Engine {bad}: start failed") for line in world.journal())


def test_what_is_no_engine_is_refused(world):
    plain = f"{world.prefix}-plain"
    docker("run", "-d", "--name", plain, "--label", LABEL, world.image)
    for state in ("started", "stopped", "present", "absent"):
        with world.actions() as actions:
            done = world.engines(plain, world.gluetun, state=state, started_since=time.time(), wait=False)
        assert done["failed"]
        assert "does not share a Gluetun container's network" in done.engine(plain)["error"]
        assert "not an engine" in done.engine(world.gluetun)["error"]
        assert not touched(actions)


def test_a_neighbour_in_the_namespace_is_never_touched(world):
    name, neighbour = world.start_engine(1), world.start_engine(2)
    docker("restart", "-t", "1", world.gluetun)
    before = inspect(neighbour)["State"]
    world.engines(name)
    assert inspect(neighbour)["State"] == before


def test_stopped_and_absent(world):
    volume = f"{world.volume()}:/var/lib/engine"
    name = world.start_engine(1, "-v", volume)
    assert world.engines(name, state="stopped").engine(name)["action"] == "stop"
    assert inspect(name)["State"]["Status"] == "exited"
    assert not world.engines(name, state="stopped")["changed"]
    aside = ["--name", name + ".acestream-aside", "--label", LABEL, "--network", f"container:{world.gluetun}"]
    docker("create", *aside, "-v", volume, world.image)
    assert world.engines(name, state="absent").engine(name)["action"] == "remove"
    assert not exists(name)
    assert not exists(name + ".acestream-aside")
    assert not world.engines(name, state="absent")["changed"]
    assert docker("volume", "ls", "-q", "--filter", f"name={world.prefix}-")


def test_an_engine_that_does_not_connect_is_reported(world):
    name = world.start_engine()
    docker("exec", name, "touch", "lost")
    done = world.engines(name, wait_timeout=1)
    assert done["failed"]
    assert done.engine(name)["usable"] is False
    assert "says that it is not connected" in done["msg"]
    assert not world.engines(name, wait=False).result.get("failed")


def test_a_port_that_is_not_known_is_no_failure(world):
    name = f"{world.prefix}-engine1"
    words = ["run", "-d", "--name", name, "--label", LABEL, "--network", f"container:{world.gluetun}"]
    docker(*words, "--entrypoint", "python3", world.image, "-c", "import time; time.sleep(60)")
    done = world.engines(name)
    assert not done.result.get("failed")
    assert done.engine(name)["usable"] is None
    assert "acestream.http_port" in json.dumps(done["warnings"])


def test_steps_of_the_plan_are_taken_as_they_are(world):
    name = world.start_engine()
    step = {
        "kind": "engine_restart",
        "scenario": "connection_loss",
        "vpn": world.gluetun,
        "engine": name,
        "since": time.time(),
        "drain_until": None,
        "reason": "it was started before the VPN came back",
    }
    assert world.run("engine", engines=[step]).engine(name)["action"] == "restart"


def test_docker_that_cannot_be_reached_touches_nothing_and_says_so(world):
    name = world.start_engine()
    done = world.engines(name, docker_host="unix:///does/not/exist.sock", wait=False)
    assert done.engine(name)["status"] == "held"
    assert not done["changed"]
    assert "Docker did not answer" in json.dumps(done["warnings"])


def test_a_run_waits_for_another_and_gives_up_with_a_sentence(world):
    name = world.start_engine()
    world.state.mkdir()
    with open(world.state / "act.lock", "w", encoding="ascii") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        done = world.engines(name, started_since=time.time(), lock_timeout=0.3)
    assert done["failed"]
    assert "another run" in done["msg"]
    assert done["engines"][0]["changed"] is False


def test_records_are_for_their_owner(world):
    name = world.start_engine()
    world.engines(name, started_since=time.time())
    modes = {entry.name: oct(os.stat(entry).st_mode & 0o777) for entry in world.state.iterdir()}
    assert modes["memory.json"] == "0o600"
    assert modes["journal.log"] == modes["journal.jsonl"] == "0o640"
    assert (
        json.loads((world.state / "memory.json").read_text(encoding="utf-8"))["engines"][name]["gluetun"]
        == world.gluetun
    )
