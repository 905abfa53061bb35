# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scenario 2: Gluetun restarted, recreated, stopped; engines killed; the whole host restarted."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.lab.e2e.harness import docker, inspect

#: What must differ when a container is made anew in another container's network.
_IDENTITY = {
    "Id", "Created", "State", "HostsPath", "HostnamePath", "ResolvConfPath", "LogPath", "GraphDriver", "RestartCount",
    "NetworkSettings", "ExecIDs", "Name",
}  # fmt: skip


def _settled(world) -> None:
    """A further run finds nothing to do, and every engine is on show."""
    again = world.run()
    assert (again.code, again.changed) == (0, 0), again.output
    assert sorted(world.shown()) == world.engines


def _lo_only(engine: str) -> bool:
    links = docker("exec", engine, "ls", "/sys/class/net").split()
    return links == ["lo"]


def test_restarted_gluetun_gets_its_engines_back_in_one_run(world):
    world.run()
    world.fault("gluetun-restart")
    assert all(_lo_only(engine) for engine in world.engines)
    with world.starts() as starts:
        done = world.run()
    assert done.code == 0, done.output
    assert {name: starts[name] for name in world.engines} == dict.fromkeys(world.engines, 1)
    assert starts[world.gluetun] == 0
    assert "INFO: Restarting 3 engines on recovered VPN" in world.messages()
    _settled(world)


def test_recreated_gluetun_gets_recreated_engines_that_differ_in_nothing_else(world):
    world.run()
    before = {engine: inspect(engine) for engine in world.engines}
    world.fault("gluetun-recreate")
    done = world.run()
    assert done.code == 0, done.output
    gluetun = inspect(world.gluetun)["Id"]
    for engine in world.engines:
        after = inspect(engine)
        assert after["Id"] != before[engine]["Id"]
        assert after["HostConfig"].pop("NetworkMode") == f"container:{gluetun}"
        before[engine]["HostConfig"].pop("NetworkMode")
        after["Config"].pop("Hostname")
        before[engine]["Config"].pop("Hostname")
        kept = set(after) | set(before[engine])
        for key in kept - _IDENTITY:
            assert after.get(key) == before[engine].get(key), key
    assert not [name for name in docker("ps", "-a", "--format", "{{.Names}}").split() if "aside" in name]
    _settled(world)


def test_host_reboot_is_mended_by_one_run_in_order(world):
    world.run()
    world.fault("host-reboot")
    done = world.run()
    assert done.code == 0, done.output
    started = [inspect(name)["State"]["StartedAt"] for name in (world.gluetun, *world.engines)]
    assert started[0] == min(started)
    _settled(world)


def test_gluetun_that_a_person_stopped_is_left_alone(world):
    world.run()
    docker("stop", "-t", "2", world.gluetun)
    with world.starts() as starts:
        done = world.run("recover", "-e", "recovery_watch_for=5")
    assert (done.code, done.changed, sum(starts.values())) == (0, 0, 0), done.output
    assert world.shown() == []
    assert "left alone" in done.output


def test_killed_engine_is_back_after_one_run(world):
    world.run()
    docker("update", "--restart", "no", world.engines[1])
    try:
        docker("kill", world.engines[1])
        with world.starts() as starts:
            done = world.run()
        assert done.code == 0, done.output
        assert {name: starts[name] for name in world.engines} == {
            name: int(name == world.engines[1]) for name in world.engines
        }
        _settled(world)
    finally:
        docker("update", "--restart", "unless-stopped", world.engines[1])


def test_a_bystander_in_the_namespace_is_never_touched(world):
    """Neither declared nor labelled: whatever happens to it, it is not ours."""
    name = f"{world.prefix}-bystander"
    image = inspect(world.engines[0])["Config"]["Image"]
    label = f"acestream.vpn.lab={world.prefix}"
    docker(
        "run", "-d", "--name", name, "--label", label, "--network", f"container:{world.gluetun}", image, "sleep", "600"
    )
    try:
        started = inspect(name)["State"]["StartedAt"]
        for fault in ("gluetun-restart", "gluetun-recreate"):
            world.fault(fault)
            assert world.run().code == 0
        assert inspect(name)["State"]["StartedAt"] == started
    finally:
        docker("rm", "-f", name)


@pytest.mark.parametrize("fault", [pytest.param("gluetun-restart", marks=pytest.mark.full), "gluetun-recreate"])
def test_two_runs_at_once_and_ten_in_a_row_mend_once(world, fault):
    world.run()
    world.fault(fault)
    with world.starts() as starts:
        runs = [world.start(), world.start()]
        outputs = [process.communicate(timeout=300)[0] for process in runs]
        assert [process.returncode for process in runs] == [0, 0], outputs
        for _each in range(10 if fault == "gluetun-restart" else 2):
            assert world.run().code == 0
    assert {name: starts[name] for name in world.engines} == dict.fromkeys(world.engines, 1)
    assert starts[world.gluetun] == 0


def test_check_mode_prints_the_steps_and_does_none(world):
    world.run()
    healthy = world.run("recover", "--check", "--diff")
    assert (healthy.code, healthy.changed) == (0, 0), healthy.output
    world.fault("gluetun-restart")
    before = {path.name: path.read_bytes() for path in world.state.iterdir()}
    with world.starts() as starts:
        done = world.run("recover", "--check", "--diff")
    assert done.code == 0, done.output
    assert "engine restart" in done.output
    assert sum(starts.values()) == 0
    assert {path.name: path.read_bytes() for path in world.state.iterdir()} == before


def test_status_is_a_table_of_80_columns_and_json(world, tmp_path):
    world.run()
    shown = world.run("status")
    assert shown.code == 0
    assert all(name in shown.output for name in (world.gluetun, "VERDICT", "healthy", "from a look, checked 0 s ago"))
    lines = shown.output.splitlines()
    (first,) = [number for number, line in enumerate(lines) if "VERDICT" in line]
    (last,) = [number for number, line in enumerate(lines) if "engines available" in line]
    assert max(map(len, lines[first:last])) <= 80, shown.output
    environment = {"ANSIBLE_CALLBACK_RESULT_FORMAT": "json"}
    words = ["-e", "output=json", "-e", f"output_file={tmp_path}/status.json"]
    output = world.run("status", *words, environment=environment).output
    document = json.loads(output[output.index("=> {") + 3 : output.rindex("}") + 1])["msg"]
    assert document["verdicts"] == {world.gluetun: "healthy"}
    assert json.loads((tmp_path / "status.json").read_text(encoding="utf-8")) == {"lab": document}


def test_a_run_from_another_directory_needs_only_the_collection(world, tmp_path):
    """What AWX and Semaphore do: no ansible.cfg of ours, only the collection's path."""
    from tests.lab.e2e.harness import PLAYBOOK, ROOT

    done = subprocess.run(
        [*PLAYBOOK, "-i", str(world.folder / "inventory.yml"), "acestream.vpn.recover"],
        cwd=tmp_path,
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
            "LANG": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections"),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
