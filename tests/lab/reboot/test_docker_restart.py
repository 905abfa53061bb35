# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Docker itself is restarted, as by a reboot: containers come up in no order, and engines may be left behind.

This would disturb whatever else runs in a user's Docker. So it runs only where the tests started Docker.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
import requests

from lab.exporter import Exporter
from tests.lab.e2e.harness import ROOT, Lab, inspect, until
from tests.lab.soak import history

OURS = ROOT / ".state" / "dockerd-is-ours"
SLOT = 110
DOCKER_PID = Path("/var/run/docker.pid")
CONTAINERD_PID = Path("/var/run/docker/containerd/containerd.pid")

pytestmark = pytest.mark.skipif(
    not OURS.exists(), reason="Docker was not started by tools/setup, and another's Docker is not restarted"
)


@pytest.fixture
def world():
    lab = Lab("acereboot", SLOT)
    lab.up()
    yield lab
    lab.down()


@pytest.fixture
def two():
    """Two VPNs, and a pool of four."""
    lab = Lab("acereboot2", SLOT + 1, engines=4, vpns=2)
    lab.up()
    yield lab
    lab.down()


def _answers() -> bool:
    return subprocess.run(["docker", "version"], capture_output=True, check=False).returncode == 0


def _has_ended(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def _forget(file: Path) -> None:
    """Remove a killed daemon's PID file, as a reboot would.

    Docker takes a process that has ended and that no init system has waited for yet for one that runs.
    """
    if file.exists():
        pid = int(file.read_text(encoding="ascii"))
        until(lambda: _has_ended(pid), f"the process in {file} has ended", 60)
        file.unlink()


def _end_docker(how: int, of_containers: list[int], cables: list[str]) -> None:
    """End Docker, and then these processes of containers; start it again.

    :param cables: interfaces between containers and the host. No reboot leaves one behind, and a killed Docker does,
        with addresses that it gives out again.
    """
    pid = int(DOCKER_PID.read_text(encoding="ascii"))
    os.kill(pid, how)
    until(lambda: _has_ended(pid), "Docker has ended", 60)
    assert not _answers()
    for process in of_containers:
        os.kill(process, signal.SIGKILL)
    until(lambda: all(_has_ended(process) for process in of_containers), "the containers have ended", 30)
    for cable in cables:
        subprocess.run(["ip", "link", "delete", cable], check=False, capture_output=True)
    _forget(DOCKER_PID)
    _forget(CONTAINERD_PID)
    subprocess.run(["tools/setup"], cwd=ROOT, check=True)
    until(_answers, "Docker answers", 60)


def _processes(world: Lab) -> list[int]:
    """What runs the lab's containers: their shims, and their first processes."""
    first = [inspect(name)["State"]["Pid"] for name in world.containers]
    return [int(Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[1]) for pid in first] + first


def _cables(world: Lab) -> list[str]:
    network = f"{world.prefix}-vpn1"
    command = ["docker", "network", "inspect", "--format", "{{.Id}}", network]
    bridge = "br-" + subprocess.run(command, check=True, capture_output=True, text=True).stdout[:12]
    return sorted(link.name.removeprefix("lower_") for link in Path(f"/sys/class/net/{bridge}").glob("lower_*"))


def _all_works(world: Lab, *options: str) -> None:
    # The provider is elsewhere in the world, and not for us to start.
    subprocess.run(["docker", "start", world.containers[0]], check=True, capture_output=True)
    done = world.run("recover", *options)
    assert done.code == 0, done.output
    assert sorted(world.shown()) == world.engines, done.output
    assert all(inspect(name)["State"]["Running"] for name in (world.gluetun, *world.engines))
    again = world.run()
    assert (again.code, again.changed) == (0, 0), again.output


def test_after_a_reboot_one_run_brings_everything_back(world):
    world.run()
    _end_docker(signal.SIGTERM, [], [])
    _all_works(world)


def test_after_a_power_loss_one_run_brings_everything_back(world):
    world.run()
    _end_docker(signal.SIGKILL, _processes(world), _cables(world))
    _all_works(world)


@pytest.mark.full
def test_what_docker_itself_takes_for_stopped_by_a_person_is_held_and_said(world):
    """Only the daemon is killed: at its return it stops what still runs, and keeps that as a person's wish."""
    world.run()
    _end_docker(signal.SIGKILL, [], _cables(world))
    if not inspect(world.gluetun)["State"]["Running"]:
        held = world.run()
        assert (held.code, held.changed) == (0, 0), held.output
        assert "recovery_start_stopped=always" in held.output
    _all_works(world, "-e", "recovery_start_stopped=always")


@pytest.mark.full
def test_one_vpn_recreated_the_other_down_and_docker_restarted_with_runs_meanwhile(two):
    pool = ["-e", "recovery_min_replicas=4", "-e", "recovery_failback_delay=5", "-e", "recovery_watch_for=0"]
    # The figures are shortened, for the sake of whoever waits for the test.
    pool += ["-e", "recovery_start_period=10", "-e", "recovery_confirm_timeout=3"]

    def serve(*counts: int) -> bool:
        done = two.run("recover", *pool)
        assert done.code == 0, done.output
        shown = two.document("engines.json")
        return [sum(engine["vpn_container"] == name for engine in shown) for name in two.gluetuns] == list(counts)

    assert serve(2, 2)
    two.fault("provider-silent", "--vpn", "2")
    two.fault("gluetun-recreate", "--vpn", "1")
    _end_docker(signal.SIGTERM, [], [])
    # The providers are elsewhere in the world: one works, and the other is as silent as before.
    subprocess.run(["docker", "start", *two.containers[:2]], check=True, capture_output=True)
    two.fault("provider-silent", "--vpn", "2")
    until(lambda: serve(4, 0), "VPN1 does all the work", 120)
    two.fault("provider-back", "--vpn", "2")
    until(lambda: serve(2, 2), "both share it again", 180)
    until(lambda: two.run("recover", *pool).changed == 0, "it comes to rest", 60)
    assert serve(2, 2)


@pytest.mark.full
def test_the_exporter_goes_on_through_a_restart_of_docker(world):
    """Nothing is mended here: what is seen is what Docker itself brings back."""
    with Exporter(world.prefix) as exporter:
        until(lambda: exporter.shown() == world.engines, "all engines are listed", 60)
        began = time.time()
        _end_docker(signal.SIGTERM, [], [])
        # The provider is elsewhere in the world, and not for us to start.
        subprocess.run(["docker", "start", world.containers[0]], check=True, capture_output=True)
        hidden = {"engines_hidden", "engines_lost"}
        until(lambda: hidden & {item["kind"] for item in world.journal() if item["at"] > began}, "engines are hidden")
        until(lambda: _told(exporter, "events are followed again"), "the new daemon's events are followed", 40)
        assert requests.get(exporter.url + "/healthz", timeout=10).ok
        world.heal()
        until(lambda: exporter.shown() == world.engines, "all engines are listed again", 60)
        told = world.journal()
        assert not [*history.said_once(told), *history.hidden_once(told)], told
        assert not history.still_down(told), told
        assert len([line for line in exporter.lines if "events cannot be followed" in line]) == 1, exporter.lines
        assert not [line for line in exporter.lines if "Traceback" in line], exporter.lines


def _told(exporter: Exporter, words: str) -> bool:
    return any(words in line for line in exporter.lines)
