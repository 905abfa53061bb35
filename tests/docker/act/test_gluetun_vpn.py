# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module C(gluetun) on a real tunnel: cycles, waits, keys."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from ansible_collections.acestream.vpn.plugins.module_utils._act.desired_gluetun import FRESH
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import MEMORY_LOCK

from tests.docker.act.world import ROOT, World, docker, exists, inspect, touched, until
from tests.lab.e2e.harness import Lab

pytestmark = pytest.mark.lab

PREFIX = "aceactvpn"
#: Short, for the tests make the tunnel fail and wait for it.
QUICK = {"probe_timeout": 1.0, "wait_timeout": 30}


@pytest.fixture(scope="module")
def lab():
    made = Lab(PREFIX, slot=115, engines=1)
    made.up()
    yield made
    made.down()


@pytest.fixture
def vpn(lab: Lab, tmp_path: Path):
    """A world whose gluetun is the lab's, with a state directory of its own."""
    made = World("", PREFIX, tmp_path / "state")
    made.gluetun = lab.gluetun
    yield made
    provider = f"{PREFIX}-provider1"
    if inspect(provider)["State"]["Paused"]:
        docker("unpause", provider)
    done = made.run("gluetun", name=lab.gluetun, api_key=key(lab), state="connected", **QUICK)
    assert not done.result.get("failed"), done.output


def key(lab: Lab) -> str:
    inventory = yaml.safe_load((lab.folder / "inventory.yml").read_text(encoding="utf-8"))
    host = next(iter(inventory["vpn_hosts"]["hosts"].values()))
    return host["recovery_gluetuns"][0]["api_key"]


def silence_provider() -> None:
    docker("pause", f"{PREFIX}-provider1")


def test_connected_is_waited_for_and_nothing_is_touched(vpn, lab):
    silence_provider()
    began = time.time()
    process = vpn.start("gluetun", name=lab.gluetun, api_key=key(lab), state="connected", **QUICK)
    until(lambda: time.time() - began > 2, "the module waits")
    docker("unpause", f"{PREFIX}-provider1")
    output, _none = process.communicate(timeout=60)
    done = json.loads(output.splitlines()[-1])
    assert (done.get("failed", False), done["changed"], done["egress"]) == (False, False, "ok")
    assert done["waited"] > 0


def test_a_restart_waits_until_the_tunnel_is_back(vpn, lab):
    done = vpn.run(
        "gluetun", name=lab.gluetun, api_key=key(lab), restarted_since=time.time(), unless_healthy=False, **QUICK
    )
    assert (done["changed"], done["egress"]) == (True, "ok")
    assert inspect(lab.gluetun)["State"]["Status"] == "running"


def test_a_cycle_keeps_the_container_and_its_namespace(vpn, lab):
    before = inspect(lab.gluetun)["State"]
    wanted = {"name": lab.gluetun, "api_key": key(lab), "cycled_since": time.time(), "unless_healthy": False, **QUICK}
    done = vpn.run("gluetun", **wanted)
    assert (done["actions"], done["egress"]) == (["cycle"], "ok")
    after = inspect(lab.gluetun)["State"]
    assert (after["Pid"], after["StartedAt"]) == (before["Pid"], before["StartedAt"])
    assert vpn.journal() == ["INFO: Cycling the tunnel of Gluetun"]
    assert len(vpn.memory()["gluetuns"][lab.gluetun]["cycles"]) == 1
    again = vpn.run("gluetun", **wanted)
    assert not again["changed"]
    assert "a cycle was tried at" in again["skip_reason"]


def test_a_tunnel_that_works_is_not_cycled(vpn, lab):
    done = vpn.run("gluetun", name=lab.gluetun, api_key=key(lab), cycled_since=time.time(), **QUICK)
    assert (done["changed"], done["skip_reason"]) == (False, "egress works")


def test_a_run_that_was_held_up_after_its_last_look_looks_again(vpn, lab, tmp_path):
    """As a machine does that was suspended: meanwhile the VPN has come back, and is left alone."""
    silence_provider()
    vpn.state.mkdir(exist_ok=True)
    lock = vpn.state / MEMORY_LOCK
    with lock.open("w") as held, vpn.actions() as actions:
        fcntl.flock(held, fcntl.LOCK_EX)
        process = vpn.start("gluetun", name=lab.gluetun, api_key=key(lab), restarted_since=time.time(), **QUICK)
        until(lambda: _has_open(process.pid, lock), "it has looked, and wants to write its attempt down", 30)
        began = time.monotonic()
        docker("unpause", f"{PREFIX}-provider1")
        elsewhere = {"state": "connected", "state_dir": str(tmp_path / "elsewhere")}
        assert vpn.run("gluetun", name=lab.gluetun, api_key=key(lab), **elsewhere, **QUICK)["egress"] == "ok"
        until(lambda: time.monotonic() - began > FRESH, "its look is old")
        fcntl.flock(held, fcntl.LOCK_UN)
        output, _none = process.communicate(timeout=60)
    done = json.loads(output.splitlines()[-1])
    assert (done.get("failed", False), done["changed"], done["skip_reason"]) == (False, False, "egress works")
    assert not touched(actions)
    assert "INFO: Gluetun is left alone after all: egress works" in vpn.journal()


def _has_open(pid: int, file: Path) -> bool:
    links = Path(f"/proc/{pid}/fd").glob("*")
    return any(os.path.realpath(link) == str(file) for link in links)


def test_a_key_that_is_refused_touches_nothing(vpn, lab):
    wrong = "not-the-key-4711"
    with vpn.actions() as actions:
        done = vpn.run(
            "gluetun", name=lab.gluetun, api_key=wrong, cycled_since=time.time(), unless_healthy=False, **QUICK
        )
    assert (done.result.get("failed", False), done["changed"]) == (False, False)
    assert "401" in done["skip_reason"]
    assert not touched(actions)
    assert wrong not in json.dumps({name: value for name, value in done.result.items() if name != "invocation"})


@pytest.mark.parametrize("interpreter", [".venv/bin/python", ".venv-3.9/bin/python"])
def test_no_secret_is_shown_at_any_verbosity(vpn, lab, tmp_path, interpreter):
    """And it all works with the oldest Python and the oldest SDK."""
    if not (ROOT / interpreter).exists():
        pytest.skip(f"there is no {interpreter}")
    secrets = {"api_key": key(lab), "password": "pass-word-4711"}
    play = [
        {
            "hosts": "localhost",
            "gather_facts": False,
            "tasks": [
                {"acestream.vpn.gluetun": {**secrets, "username": "me", **task, "name": lab.gluetun, **QUICK}}
                for task in (
                    {"cycled_since": time.time(), "unless_healthy": False, "state_dir": str(vpn.state)},
                    {"state": "connected", "state_dir": str(vpn.state)},
                    {"cycled_since": time.time() + 1, "control_url": "http://127.0.0.1:1", "state_dir": str(vpn.state)},
                )
            ]
            + [
                {
                    "acestream.vpn.engine": {
                        "engines": [{"name": lab.engines[0], "gluetun": lab.gluetun, "started_since": time.time()}],
                        "state_dir": str(vpn.state),
                    }
                }
            ],
        }
    ]
    book = tmp_path / "play.yml"
    book.write_text(yaml.safe_dump(play), encoding="utf-8")
    words = [
        str(Path(sys.executable).with_name("ansible-playbook")),
        "-i",
        "localhost,",
        "-c",
        "local",
        "-vvv",
        "--diff",
    ]
    words += ["-e", f"ansible_python_interpreter={ROOT / interpreter}", str(book)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    shown = done.stdout + done.stderr
    assert done.returncode == 0, shown
    assert "changed=2" in shown
    written = "".join(path.read_text(encoding="utf-8") for path in vpn.state.iterdir())
    for secret in secrets.values():
        assert secret not in shown
        assert secret not in written


def test_the_lab_is_whole(lab):
    """What these tests did has left no container behind."""
    assert not exists(f"{lab.engines[0]}.acestream-aside")
