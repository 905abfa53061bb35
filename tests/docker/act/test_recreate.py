# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A recreation loses nothing, whatever happens in its middle."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.docker.act.world import LABEL, ROOT, docker, exists, inspect, touched, until

pytestmark = pytest.mark.lab

STEPS = ("set_aside", "create", "stop_old", "start", "check", "remove_old")

RICH = (
    ["--memory", "64m", "--memory-swap", "128m", "--cpus", "0.5", "--cpu-shares", "512", "--pids-limit", "100"]
    + ["--ulimit", "nofile=1024:2048", "--shm-size", "10m", "--oom-score-adj", "100"]
    + [
        "--tmpfs",
        "/scratch:size=1m",
        "-v",
        "/etc/hostname:/host:ro",
        "--mount",
        "type=bind,src=/etc,dst=/etc-host,readonly",
    ]
    + ["--mount", "type=volume,dst=/unnamed", "--mount", "type=tmpfs,dst=/scratch2,tmpfs-size=1048576"]
    + ["-e", "A=1", "-e", "EMPTY=", "-e", "TEXT=a b=c", "--label", "x.y=z w"]
    + ["--health-cmd", "true", "--health-interval", "1h", "--health-retries", "7", "--health-start-period", "5s"]
    + ["--log-driver", "json-file", "--log-opt", "max-size=1m", "--log-opt", "max-file=2"]
    + ["--cap-add", "NET_RAW", "--cap-drop", "MKNOD", "--security-opt", "no-new-privileges"]
    + ["--device", "/dev/null:/dev/nothing:r", "--sysctl", "kernel.shm_rmid_forced=1", "--group-add", "audio"]
    + ["--restart", "unless-stopped", "--stop-signal", "SIGINT", "--stop-timeout", "7", "--user", "0:0"]
    + ["--workdir", "/tmp", "--read-only", "--init", "--ipc", "private"]
)

#: What every container has of its own.
OWN = ("Id", "Created", "ResolvConfPath", "HostnamePath", "HostsPath", "LogPath", "GraphDriver", "State", "ExecIDs")


def kept(raw: dict) -> dict:
    """What must be the same afterwards: all but IDs, times, processes, paths with IDs in them, and the network."""
    left = {name: value for name, value in raw.items() if name not in OWN}
    left["State"] = {"Status": raw["State"]["Status"], "Error": raw["State"]["Error"]}
    left["HostConfig"] = {**raw["HostConfig"], "NetworkMode": None}
    left["Config"] = {**raw["Config"], "Hostname": None}
    left["NetworkSettings"] = None
    left["Mounts"] = sorted(raw["Mounts"], key=lambda mount: mount["Destination"])
    return left


def recreated(world, name: str) -> None:
    """Exactly one container of that name, on the present gluetun, that runs; none aside."""
    raw = inspect(name)
    assert raw["State"]["Status"] == "running"
    assert raw["HostConfig"]["NetworkMode"] == f"container:{inspect(world.gluetun)['Id']}"
    assert not exists(name + ".acestream-aside")


def test_everything_is_kept(world):
    name = world.start_engine(1, *RICH, "-v", f"{world.volume()}:/named:ro")
    # Volumes without a name get one in the configuration by the first recreation: compared from there on.
    world.recreate_gluetun()
    first = inspect(name)
    assert world.engines(name)["changed"]
    named = inspect(name)
    world.recreate_gluetun()
    assert world.engines(name)["changed"]
    assert kept(inspect(name)) == kept(named)
    # And between the first two, nothing but how these volumes are written down.
    for raw in (first, named):
        raw["HostConfig"]["Binds"] = raw["HostConfig"]["Mounts"] = None
        for mount in raw["Mounts"]:
            mount["Mode"] = None if mount["Type"] == "volume" else mount["Mode"]
    assert kept(named) == kept(first)
    recreated(world, name)


def test_a_plain_engine_differs_in_nothing_at_all(world):
    name = world.start_engine(1, "-v", f"{world.volume()}:/var/lib/engine", "--restart", "always")
    before = inspect(name)
    world.recreate_gluetun()
    assert world.engines(name).engine(name)["action"] == "recreate"
    assert kept(inspect(name)) == kept(before)
    assert not world.engines(name)["changed"]


def test_a_volume_without_a_name_keeps_its_data(world):
    name = world.start_engine(1, "--mount", "type=volume,dst=/unnamed")
    docker("exec", name, "sh", "-c", "echo precious > /var/lib/engine/data; echo dear > /unnamed/data")
    world.recreate_gluetun()
    world.engines(name)
    assert docker("exec", name, "cat", "/var/lib/engine/data", "/unnamed/data").split() == ["precious", "dear"]


def test_an_image_whose_tag_has_moved_is_used_by_its_id(world):
    moving = f"{world.prefix}:latest"
    docker("tag", world.image, moving)
    try:
        usual, world.image = world.image, moving
        name = world.start_engine(1)
        before = inspect(name)["Image"]
        other = docker("commit", "--change", "ENV MOVED=yes", name, moving)
        assert other != before
        world.image = usual
        world.recreate_gluetun()
        world.engines(name)
        assert inspect(name)["Image"] == before
        assert inspect(name)["Config"]["Image"] == before
    finally:
        world.remove(name)
        docker("rmi", "-f", moving)


def test_an_entry_point_that_was_reset_stays_reset(world):
    name = f"{world.prefix}-engine1"
    words = ["run", "-d", "--name", name, "--label", LABEL, "--network", f"container:{world.gluetun}"]
    docker(*words, "--entrypoint", "", world.image, "python3", "/engine.py", "--http-port", "6879")
    before = inspect(name)
    world.recreate_gluetun()
    world.engines(name)
    assert (inspect(name)["Path"], inspect(name)["Args"]) == (before["Path"], before["Args"])


@pytest.mark.parametrize("step", STEPS)
def test_killed_after_any_step_the_next_call_completes_it(world, step):
    name = world.start_engine(1)
    docker("exec", name, "sh", "-c", "echo precious > data")
    gluetun_id = world.recreate_gluetun()
    words = [sys.executable, "-m", "tests.docker.act.killed_recreation", name, gluetun_id, step]
    killed = subprocess.run(words, cwd=ROOT, env={"PYTHONPATH": f"{ROOT}:{ROOT / 'collections'}"}, check=False)
    assert killed.returncode == -signal.SIGKILL
    done = world.engines(name)
    assert done.engine(name)["usable"] is True
    recreated(world, name)
    assert docker("exec", name, "cat", "data") == "precious"
    assert not world.engines(name)["changed"]


@pytest.mark.parametrize("step", ["set_aside", "create", "stop_old", "start"])
def test_killed_and_gluetun_recreated_once_more(world, step):
    name = world.start_engine(1)
    docker("exec", name, "sh", "-c", "echo precious > data")
    gluetun_id = world.recreate_gluetun()
    words = [sys.executable, "-m", "tests.docker.act.killed_recreation", name, gluetun_id, step]
    subprocess.run(words, cwd=ROOT, env={"PYTHONPATH": f"{ROOT}:{ROOT / 'collections'}"}, check=False)
    world.recreate_gluetun()
    world.engines(name)
    recreated(world, name)
    assert docker("exec", name, "cat", "data") == "precious"


def test_killed_and_gluetun_restarted_since(world):
    name = world.start_engine(1)
    gluetun_id = world.recreate_gluetun()
    words = [sys.executable, "-m", "tests.docker.act.killed_recreation", name, gluetun_id, "start"]
    subprocess.run(words, cwd=ROOT, env={"PYTHONPATH": f"{ROOT}:{ROOT / 'collections'}"}, check=False)
    docker("restart", "-t", "1", world.gluetun)
    assert world.engines(name).engine(name)["usable"] is True
    recreated(world, name)


def test_what_cannot_be_created_leaves_the_old_one(world, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    name = world.start_engine(1, "--mount", f"type=bind,src={source},dst=/b", "--restart", "unless-stopped")
    before = inspect(name)
    source.rmdir()
    world.recreate_gluetun()
    done = world.engines(name, wait=False)
    assert done["failed"]
    assert name in done["msg"]
    assert "bind source path does not exist" in done["msg"]
    assert inspect(name)["Id"] == before["Id"]
    assert inspect(name)["State"]["Status"] == "running"
    assert not exists(name + ".acestream-aside")
    source.mkdir()
    world.engines(name)
    recreated(world, name)


def test_what_does_not_stay_up_brings_the_old_one_back(world):
    name = world.start_engine(1, "--restart", "unless-stopped")
    before = inspect(name)
    docker("exec", name, "touch", "poison")
    world.recreate_gluetun()
    done = world.engines(name, wait=False)
    assert done["failed"]
    assert "does not stay up" in done.engine(name)["error"]
    after = inspect(name)
    assert after["Id"] == before["Id"]
    assert not exists(name + ".acestream-aside")
    # It cannot run without its gluetun, and Docker noted that: a person did not stop it.
    assert after["State"]["Error"]
    assert "ERROR" in "".join(world.journal())


def test_a_container_that_docker_removes_by_itself(world):
    name = world.start_engine(1, "--rm")
    world.recreate_gluetun()
    assert world.engines(name).engine(name)["usable"] is True
    until(lambda: not exists(name + ".acestream-aside"), "the old one is gone")
    recreated(world, name)


def test_present_does_not_start_what_did_not_run(world):
    name = world.start_engine(1, verb="create")
    world.recreate_gluetun()
    done = world.engines(name, state="present")
    assert done.engine(name)["action"] == "recreate"
    assert inspect(name)["State"]["Status"] == "created"
    assert inspect(name)["HostConfig"]["NetworkMode"] == f"container:{inspect(world.gluetun)['Id']}"
    assert not world.engines(name, state="present")["changed"]


def test_never_recreates_where_that_is_forbidden(world):
    name = world.start_engine(1)
    world.recreate_gluetun()
    with world.actions() as actions:
        done = world.engines(name, recreate="never", wait=False)
    assert done.engine(name)["status"] == "held"
    assert not touched(actions)
