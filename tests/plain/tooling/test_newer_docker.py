# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the newer Docker is made of: packages, a configuration, control groups, a folder."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.newer_docker import __main__ as program
from tools.newer_docker import cgroups, daemon, packages, requirements
from tools.newer_docker.errors import NewerDockerError

NAME = "newer-docker-test"


def test_the_mirror_is_the_one_of_the_machine_s_own_release():
    indexes = [
        "bookworm-security http://mirror.example/debian-security/",
        "bookworm-updates http://mirror.example/debian/",
        "bookworm http://other.example/debian/",
    ]
    assert packages.mirror(indexes) == "http://other.example/debian/"


@pytest.mark.parametrize(
    "indexes", [[], [""], ["bookworm"], ["bookworm-security http://mirror.example/debian-security/"]]
)
def test_no_mirror_is_an_error_that_says_where_to_look(indexes):
    with pytest.raises(NewerDockerError, match="sources"):
        packages.mirror(indexes)


def test_packages_that_are_there_are_not_fetched_again(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    there = tmp_path / "-".join((packages.SUITE, *packages.PACKAGES))
    there.mkdir()
    assert packages.unpacked(tmp_path) == there


def test_where_they_cannot_be_fetched_nothing_is_left(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    folder = tmp_path / "kept"
    with pytest.raises(NewerDockerError, match="apt-get"):
        packages.unpacked(folder)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("distribution", "user", "said"), [("ubuntu", 0, "not Debian"), ("debian", 1000, "need root"), ("debian", 0, "")]
)
def test_who_cannot_have_it_is_told_why(tmp_path, distribution, user, said):
    (tmp_path / "keyring").touch()
    reason = requirements.unmet(distribution, tmp_path / "keyring", user)
    assert said in reason
    assert bool(said) == bool(reason)
    assert "keyring" in requirements.unmet("debian", tmp_path / "none", 0)


@pytest.mark.parametrize(("store", "snapshotter"), [("docker", False), ("containerd", True)])
def test_the_daemon_s_files_and_control_group_are_its_own(store, snapshotter):
    config = daemon.configuration(Path("/there"), Path("/here/data"), NAME, store)
    assert config["features"] == {"containerd-snapshotter": snapshotter}
    assert (config["data-root"], config["cgroup-parent"]) == ("/here/data", f"/{NAME}")
    assert config["userland-proxy-path"] == "/there/usr/sbin/docker-proxy"


def test_a_client_is_led_to_it_whatever_the_user_has_set(monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "tcp://192.0.2.23:2376")
    monkeypatch.setenv("DOCKER_CONTEXT", "elsewhere")
    monkeypatch.setenv("DOCKER_API_VERSION", "1.41")
    found = daemon.environment(Path("/there"))
    assert found["DOCKER_HOST"] == "unix:///var/run/docker.sock"
    assert not {"DOCKER_CONTEXT", "DOCKER_API_VERSION", "DOCKER_MIN_API_VERSION"} & set(found)
    assert found["PATH"].startswith("/there/usr/bin:/there/usr/sbin:" + os.environ["PATH"])
    assert daemon.environment(Path("/there"), "1.44")["DOCKER_MIN_API_VERSION"] == "1.44"


@pytest.fixture
def hierarchies(tmp_path: Path) -> Path:
    """Control groups v1: two hierarchies, one of which has a second name."""
    for controller in ("freezer", "cpu,cpuacct"):
        (tmp_path / controller / NAME / "container" / "below").mkdir(parents=True)
        (tmp_path / controller / "docker/others").mkdir(parents=True)
    (tmp_path / "cpu").symlink_to("cpu,cpuacct")
    return tmp_path


def test_its_control_groups_go_and_no_others(hierarchies):
    cgroups.remove(NAME, mounted=hierarchies)
    left = sorted(str(path.relative_to(hierarchies)) for path in hierarchies.rglob("*"))
    assert left == ["cpu", "cpu,cpuacct", "cpu,cpuacct/docker", "cpu,cpuacct/docker/others"] + [
        "freezer",
        "freezer/docker",
        "freezer/docker/others",
    ]


def test_control_groups_v2_have_one_hierarchy(tmp_path):
    (tmp_path / NAME / "container").mkdir(parents=True)
    (tmp_path / "system.slice").mkdir()
    cgroups.remove(NAME, mounted=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["system.slice"]


def test_a_group_in_which_something_runs_is_an_error_after_the_deadline(hierarchies):
    (hierarchies / "freezer" / NAME / "container" / "a process").touch()
    with pytest.raises(OSError, match="container"):
        cgroups.remove(NAME, 0.0, hierarchies)


def test_what_is_paused_goes_on_before_it_is_killed(hierarchies):
    frozen = hierarchies / "freezer" / NAME / "container" / "freezer.state"
    others = hierarchies / "freezer/docker/others/freezer.state"
    frozen.write_text("FROZEN")
    others.write_text("FROZEN")
    cgroups.thaw(NAME, hierarchies)
    assert (frozen.read_text(), others.read_text()) == ("THAWED", "FROZEN")


def test_what_a_killed_run_left_is_removed_first_and_a_failure_leaves_nothing(tmp_path):
    folder = tmp_path / "docker"
    (folder / "data").mkdir(parents=True)

    def fails() -> None:
        with program.emptied(folder, NAME) as empty:
            assert list(empty.iterdir()) == []
            (empty / "data").mkdir()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fails()
    assert not folder.exists()


def test_one_run_at_a_time_has_the_folder(tmp_path):
    folder = tmp_path / "docker"
    with program.emptied(folder, NAME), folder.with_suffix(".lock").open() as lock, pytest.raises(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_command_is_needed():
    done = subprocess.run(
        [sys.executable, "-m", "tools.newer_docker", "--image-store", "containerd"],
        cwd=program.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "COMMAND" in done.stderr
