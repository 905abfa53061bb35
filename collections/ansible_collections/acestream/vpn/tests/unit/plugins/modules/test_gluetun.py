# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module C(gluetun) where Docker does not help: nothing is touched, nothing is shown that is secret."""

from __future__ import annotations

import json

import pytest
import yaml
from ansible_collections.acestream.vpn.plugins.modules import gluetun

from ..module_utils.scripted_http import hang, serve
from .run_module import run_module

SECRETS = {"api_key": "sekrit-key-17", "password": "sekrit-word-18"}


def arguments(tmp_path, **changes):
    common = {"docker_host": f"unix://{tmp_path}/docker.sock", "timeout": 1, "state_dir": str(tmp_path / "state")}
    return {**common, "name": "gluetun", "username": "me", **SECRETS, **changes}


@pytest.mark.parametrize("demand", ["restarted_since", "cycled_since"])
@pytest.mark.parametrize("check_mode", [True, False])
def test_a_remedy_is_held_back_while_docker_hangs(tmp_path, demand, check_mode):
    with serve({}, hang, socket_path=tmp_path / "docker.sock"):
        result, printed = run_module("gluetun", arguments(tmp_path, **{demand: 1.0}), check_mode, diff=True)
    assert (result["changed"], result.get("failed", False), result["actions"]) == (False, False, [])
    assert "nothing is done on a guess" in result["skip_reason"]
    assert not any(secret in printed for secret in SECRETS.values())


def test_a_state_that_cannot_be_seen_is_a_failure(tmp_path):
    with serve({}, hang, socket_path=tmp_path / "docker.sock"):
        result, printed = run_module("gluetun", arguments(tmp_path, state="connected"))
    assert result["failed"]
    assert "Docker did not answer" in result["msg"]
    assert result["container"] == {"before": None, "after": None}
    assert not any(secret in printed for secret in SECRETS.values())


def test_one_that_is_not_there_is_told_with_the_container_that_was_probably_meant(tmp_path):
    listed = [{"Names": ["/media-gluetun-1"], "Labels": {"com.docker.compose.service": "gluetun"}}]
    answers = {"GET /v1.41/containers/json": (200, json.dumps(listed))}
    with serve(answers, (404, '{"message":"no"}'), socket_path=tmp_path / "docker.sock"):
        result, _printed = run_module("gluetun", arguments(tmp_path, state="running"))
    assert result["failed"]
    assert "there is no container of that name" in result["msg"]
    assert "(media-gluetun-1 was probably meant)" in result["msg"]


def test_a_state_directory_that_cannot_be_used_stops_it_before_anything_else(tmp_path):
    (tmp_path / "state").write_text("a file")
    with serve({}, hang, socket_path=tmp_path / "docker.sock") as server:
        result, _printed = run_module("gluetun", arguments(tmp_path, restarted_since=1.0))
    assert result["failed"]
    assert "state directory" in result["msg"]
    assert not server.calls


def test_stopped_cannot_be_asked_for_together_with_a_restart(tmp_path):
    result, _printed = run_module("gluetun", arguments(tmp_path, state="stopped", restarted_since=1.0))
    assert result["failed"]
    assert "state=stopped" in result["msg"]


def test_every_action_that_is_documented_exists():
    from ansible_collections.acestream.vpn.plugins.module_utils._act import gluetun as gluetun_module

    documented = yaml.safe_load(gluetun.RETURN)["actions"]["description"]
    assert all(f"V({action})" in documented for action in gluetun_module._SAID)
