# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module C(engine) where Docker does not help, and options that contradict each other."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.acestream.vpn.plugins.module_utils._act import desired_engine as want
from ansible_collections.acestream.vpn.plugins.modules import engine

from ..module_utils.option_builders import engine_step_options
from ..module_utils.scripted_http import hang, serve
from .run_module import run_module

ONE = {"name": "engine-1", "gluetun": "gluetun"}


def arguments(tmp_path, **changes):
    common = {"docker_host": f"unix://{tmp_path}/docker.sock", "timeout": 1, "state_dir": str(tmp_path / "state")}
    return {**common, "engines": [ONE], **changes}


@pytest.mark.parametrize("state", want.STATES)
@pytest.mark.parametrize("check_mode", [True, False])
def test_nothing_is_done_while_docker_hangs(tmp_path, state, check_mode):
    with serve({}, hang, socket_path=tmp_path / "docker.sock"):
        result, _printed = run_module("engine", arguments(tmp_path, state=state), check_mode, diff=True)
    assert (result["changed"], result.get("failed", False)) == (False, False)
    (found,) = result["engines"]
    assert (found["status"], found["action"]) == ("held", "none")
    assert "nothing is done on a guess" in found["reason"]
    assert result["warnings"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"engines": [ONE, {**ONE, "gluetun": "other"}]}, "engine-1 is given more than once"),
        ({"parallel": 0}, "parallel"),
        ({"engines": [{"name": "engine-1"}]}, "gluetun"),
    ],
)
def test_options_that_make_no_sense_are_named(tmp_path, changes, said):
    result, _printed = run_module("engine", arguments(tmp_path, **changes))
    assert result["failed"]
    assert said in result["msg"]


def test_no_engine_is_no_work(tmp_path):
    with serve({}, hang, socket_path=tmp_path / "docker.sock"):
        result, _printed = run_module("engine", arguments(tmp_path, engines=[]))
    assert (result["changed"], result["engines"]) == (False, [])


def test_every_action_and_status_is_documented():
    contains = yaml.safe_load(engine.RETURN)["engines"]["contains"]
    for action in (want.NOTHING, *want.MENDING, want.STOP, want.REMOVE):
        assert f"V({action})" in contains["action"]["description"]
    for status in (want.RIGHT, want.HELD, want.DRAINING, want.REFUSED):
        assert f"V({status})" in contains["status"]["description"]
    returned = set(contains)
    from ansible_collections.acestream.vpn.plugins.module_utils._act.engine_progress import EngineProgress

    options = engine_step_options("engine-1")
    assert returned == set(EngineProgress(options.engines[0], options).as_dict())
