# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The info modules: what they return where Docker does not help, and that no secret gets out."""

from __future__ import annotations

import json

import pytest

from ..module_utils.scripted_http import hang, serve
from .run_module import run_module

SECRETS = {"api_key": "sekrit-key-17", "username": "me", "password": "sekrit-word-18"}


def arguments(tmp_path, **changes):
    return {
        "docker_host": f"unix://{tmp_path}/docker.sock",
        "gluetuns": [{"name": "gluetun", **SECRETS}],
        "state_dir": str(tmp_path / "state"),
        "probe_timeout": 0.2,
        "evidence_timeout": 10,
        **changes,
    }


def has_no_secret(printed):
    return not any(SECRETS[name] in printed for name in ("api_key", "password"))


@pytest.mark.parametrize("module", ["gluetun_info", "engine_info"])
@pytest.mark.parametrize("check_mode", [True, False])
def test_docker_that_hangs_is_no_error(tmp_path, module, check_mode):
    with serve({}, hang, socket_path=tmp_path / "docker.sock"):
        result, printed = run_module(module, arguments(tmp_path, evidence_timeout=0.5), check_mode, diff=True)
    assert (result["changed"], result.get("failed", False)) == (False, False)
    assert result["problems"]
    assert has_no_secret(printed)
    assert not (tmp_path / "state").exists()


def test_a_verdict_that_is_not_known_says_why(tmp_path):
    with serve({}, hang, socket_path=tmp_path / "docker.sock"):
        result, _printed = run_module("gluetun_info", arguments(tmp_path, evidence_timeout=0.5))
    (gluetun,) = result["gluetuns"]
    assert (gluetun["verdict"], gluetun["seen"], gluetun["container"]) == ("unknown", False, None)
    assert "Docker did not answer" in gluetun["why"]


def test_a_gluetun_that_is_absent_is_stopped(tmp_path):
    answers = {"GET /v1.41/containers/json": (200, "[]")}
    with serve(answers, (404, '{"message":"no such container"}'), socket_path=tmp_path / "docker.sock"):
        result, _printed = run_module("gluetun_info", arguments(tmp_path))
    (gluetun,) = result["gluetuns"]
    assert (gluetun["verdict"], gluetun["seen"], gluetun["container"]) == ("stopped", True, None)


def test_labels_stay_where_they_are(tmp_path):
    container = {
        "Id": "a" * 64,
        "Name": "/gluetun",
        "State": {"Status": "exited", "ExitCode": 1},
        "HostConfig": {},
        "Config": {"Labels": {"com.example.token": "private-19"}},
    }
    answers = {
        "GET /v1.41/containers/json": (200, "[]"),
        "GET /v1.41/containers/gluetun/json": (200, json.dumps(container)),
    }
    with serve(answers, socket_path=tmp_path / "docker.sock"):
        result, printed = run_module("gluetun_info", arguments(tmp_path))
    assert result["gluetuns"][0]["container"]["exit_code"] == 1
    assert "private-19" not in printed


def test_an_engine_list_that_failed_is_told_from_an_empty_one(tmp_path):
    with serve({"GET /v1.41/containers/json": (200, "[]")}, socket_path=tmp_path / "docker.sock") as server:
        assert run_module("engine_info", arguments(tmp_path))[0]["listed"] is True
        server.answers.clear()
        server.otherwise = (500, '{"message":"oops"}')
        assert run_module("engine_info", arguments(tmp_path))[0]["listed"] is False


@pytest.mark.parametrize("module", ["gluetun_info", "engine_info"])
def test_options_that_make_no_sense_are_an_error_that_says_so(tmp_path, module):
    result, printed = run_module(module, arguments(tmp_path, docker_host="nonsense://here"))
    assert result["failed"]
    assert "cannot use Docker at nonsense://here" in result["msg"]
    assert has_no_secret(printed)


def test_a_missing_library_is_named_with_the_command_that_installs_it(tmp_path):
    (tmp_path / "broken" / "docker").mkdir(parents=True)
    (tmp_path / "broken" / "docker" / "__init__.py").write_text("raise ImportError('not here')\n")
    import os
    import sys

    path = os.pathsep.join([str(tmp_path / "broken"), *sys.path])
    result, printed = run_module("gluetun_info", arguments(tmp_path), environment={"PYTHONPATH": path})
    assert result["failed"]
    assert "apt-get install python3-docker python3-requests" in result["msg"]
    assert "pip install docker requests" in result["msg"]
    assert has_no_secret(printed)
