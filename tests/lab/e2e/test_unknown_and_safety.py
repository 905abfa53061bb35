# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What cannot be found out is held, said, and never acted on. What cannot run fails with the reason."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import threading
import time

import pytest
import yaml

from tests.lab.e2e.harness import docker, inspect, until


def _full(value: object) -> object:
    """A value that make test-all alone tries."""
    return pytest.param(value, marks=pytest.mark.full)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("api-401", "GET /v1/vpn/status"),
        pytest.param("api-500", "status 500", marks=pytest.mark.full),
        ("api-silent", "did not answer"),
        pytest.param("api-garbage", "is no control server", marks=pytest.mark.full),
    ],
)
def test_a_control_server_that_misbehaves_is_said_and_nothing_is_touched(world, fault, said):
    world.run()
    world.fault(fault)
    with world.starts() as starts:
        done = world.run()
    assert (done.code, done.changed, sum(starts.values())) == (0, 0, 0), done.output
    assert said in done.output
    assert sorted(world.shown()) == world.engines


def test_dead_dns_is_said_and_restarts_nothing(world):
    world.run()
    world.fault("dns-dead")
    with world.starts() as starts:
        done = world.run()
    assert (done.code, done.changed, sum(starts.values())) == (0, 0, 0), done.output
    assert "DNS fails inside the VPN" in " ".join(done.output.split())


class SilentDocker:
    """A Docker that takes connections and never answers."""

    def __init__(self, path):
        self.path = str(path)

    def __enter__(self):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(self.path)
        self._socket.listen(64)
        self._taken = []
        threading.Thread(target=self._take, daemon=True).start()
        return self

    def _take(self):
        while True:
            try:
                self._taken.append(self._socket.accept()[0])
            except OSError:
                return

    def __exit__(self, *_error):
        self._socket.close()
        for taken in self._taken:
            taken.close()


def test_a_docker_that_hangs_is_unknown_and_held(world, tmp_path):
    world.run()
    with SilentDocker(tmp_path / "docker.sock") as silent, world.starts() as starts:
        host = json.dumps({"recovery_docker": {"docker_host": f"unix://{silent.path}"}, "recovery_watch_for": 0})
        done = world.run("recover", "-e", host)
    assert (done.code, done.changed, sum(starts.values())) == (0, 0, 0), done.output
    assert "unknown" in done.output
    assert "Docker" in done.output
    memory = world.document("memory.json")["gluetuns"][world.gluetun]
    assert (memory["verdict"], memory["known"]) == ("unknown", "healthy")
    # What was known stays known: nothing is hidden by a failure to look.
    assert all(engine["shown"] for engine in world.document("memory.json")["engines"].values())


@pytest.mark.full
def test_a_host_that_hangs_delays_only_itself(world, tmp_path):
    """Two hosts in one run: the other one is mended while the first is still being looked at."""
    world.run()
    inventory = yaml.safe_load((world.folder / "inventory.yml").read_text(encoding="utf-8"))
    hosts = inventory["vpn_hosts"]["hosts"]
    with SilentDocker(tmp_path / "docker.sock") as silent:
        hangs = {"recovery_docker": {"docker_host": f"unix://{silent.path}"}, "recovery_evidence_timeout": 15}
        hosts["hanging"] = {**hosts["lab"], **hangs, "recovery_state_dir": str(tmp_path / "state")}
        path = tmp_path / "inventory.yml"
        path.write_text(yaml.safe_dump(inventory), encoding="utf-8")
        path.chmod(0o600)
        world.fault("gluetun-restart")
        done = world.run("recover", "-i", str(path))
    assert done.code == 0, done.output
    assert "Docker did not answer" in done.output
    assert sorted(world.shown()) == world.engines
    assert done.output.index("Available again") < done.output.index("Docker did not answer"), done.output


def test_a_run_that_cannot_run_fails_and_says_what_to_do(world, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    done = world.run("recover", "-e", f"recovery_state_dir={blocked}/state")
    assert done.code == 2
    assert "recovery_state_dir" in done.output
    wrong = world.run("recover", "-e", "recovery_cycle_after=100")
    assert wrong.code == 2
    assert "cycle_after" in wrong.output
    none = world.run("recover", "-e", '{"recovery_gluetuns": []}')
    assert none.code == 2
    assert "recovery_gluetuns" in none.output


@pytest.mark.full
def test_a_torn_memory_is_set_aside_with_a_warning(world):
    world.run()
    for content in (b'{"format": 1, "gluetuns"', b"[]", b'{"format": 99}', b"\xff\x00"):
        (world.state / "memory.json").write_bytes(content)
        done = world.run()
        assert (done.code, done.changed) == (0, 0), done.output
        assert "set aside" in done.output or "torn or foreign" in done.output
        assert sorted(world.shown()) == world.engines
    assert list(world.state.glob("memory.json.bad-*"))


def test_records_are_closed_to_others(world):
    world.run()
    modes = {path.name: stat.S_IMODE(os.stat(path).st_mode) for path in world.state.iterdir()}
    assert modes["memory.json"] == 0o600
    assert modes["journal.log"] == modes["journal.jsonl"] == 0o640


@pytest.mark.parametrize("fault", [_full(None), "gluetun-restart", _full("api-401")])
def test_no_secret_is_in_any_output_or_record(world, fault):
    secret = (world.folder / "api_key").read_text(encoding="utf-8").strip()
    if fault:
        world.fault(fault)
    for options in (["-vvv", "--diff"], ["-vvv", "--diff", "--check"]):
        done = world.run("recover", *options)
        assert done.code == 0
        assert secret not in done.output
    assert secret not in world.run("status", "-vvv").output
    for path in world.state.iterdir():
        assert secret not in path.read_text(encoding="utf-8", errors="replace"), path


@pytest.mark.parametrize("delay", [_full(0.8), _full(1.4), 1.8, _full(2.2), _full(2.8)])
def test_a_run_that_is_killed_anywhere_is_completed_by_the_next(world, delay):
    """SIGKILL to the run and to all that it started, at one moment after the other."""
    world.run()
    world.fault("gluetun-recreate")
    run = world.start()
    deadline = time.monotonic() + delay
    until(lambda: time.monotonic() >= deadline or run.poll() is not None, "the moment has come")
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    done = world.run()
    assert done.code == 0, done.output
    assert sorted(world.shown()) == world.engines
    gluetun = inspect(world.gluetun)["Id"]
    assert {inspect(name)["HostConfig"]["NetworkMode"] for name in world.engines} == {f"container:{gluetun}"}
    assert not [name for name in docker("ps", "-a", "--format", "{{.Names}}").split() if "aside" in name]
    again = world.run()
    assert (again.code, again.changed) == (0, 0), again.output
