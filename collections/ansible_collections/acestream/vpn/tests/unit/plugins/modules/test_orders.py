# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules C(maintenance) and C(reset): options, check mode, diff; Docker is not needed where it is local."""

from __future__ import annotations

import json

import pytest
import yaml
from ansible_collections.acestream.vpn.plugins.modules import maintenance, reset

from .run_module import run_module


def arguments(tmp_path, **changes):
    common = {"docker_host": f"unix://{tmp_path}/docker.sock", "state_dir": str(tmp_path / "state")}
    return {**common, "declared": ["gluetun"], **changes}


def ordered(tmp_path, check_mode=False, **changes):
    return run_module("maintenance", arguments(tmp_path, **changes), check_mode, diff=True)[0]


def test_the_same_call_twice_changes_once(tmp_path):
    order = {"gluetuns": ["gluetun"], "minutes": 60, "reason": "a new\nserver"}
    checked = ordered(tmp_path, check_mode=True, **order)
    assert (checked["changed"], (tmp_path / "state").exists()) == (True, False)
    first, second = ordered(tmp_path, **order), ordered(tmp_path, **order)
    assert (first["changed"], second["changed"]) == (True, False)
    assert first["diff"]["before"] == {}
    assert first["diff"]["after"]["gluetun"]["reason"] == "a new server"
    assert second["diff"]["before"] == second["diff"]["after"] == first["diff"]["after"]
    assert "INFO: Maintenance begins" in first["journal"][0]
    assert len((tmp_path / "state/journal.log").read_text().splitlines()) == 1
    ended = ordered(tmp_path, state="ended")
    assert (ended["changed"], ended["maintenance"], ordered(tmp_path, state="ended")["changed"]) == (True, {}, False)


def test_the_end_of_one_within_the_hosts_is_said_not_to_be_enough(tmp_path):
    ordered(tmp_path, minutes=60)
    done = ordered(tmp_path, gluetuns=["gluetun"], state="ended")
    assert not done["changed"]
    assert "the whole host is still in maintenance" in str(done["warnings"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"minutes": 0}, "more than 0"),
        ({"until": "2020-01-01T00:00:00Z"}, "lies ahead"),
        (
            {"minutes": 5, "gluetuns": ["nobody"]},
            "there is no Gluetun 'nobody' here: correct the name to one of gluetun",
        ),
        ({"state": "ended", "gluetuns": ["nobody"]}, "there is no Gluetun 'nobody' here"),
    ],
)
def test_an_order_that_makes_no_sense_leaves_no_trace(tmp_path, changes, said):
    done = ordered(tmp_path, **changes)
    assert done["failed"]
    assert said in done["msg"]
    assert not (tmp_path / "state/memory.json").exists()


def test_reset_says_what_it_forgot_and_a_second_one_finds_nothing(tmp_path):
    (tmp_path / "state").mkdir()
    tired = {"gluetuns": {"gluetun": {"restarts": [1.0], "latched_since": 2.0}}, "engines": {}, "format": 1}
    (tmp_path / "state/memory.json").write_text(json.dumps(tired))
    checked, _printed = run_module("reset", arguments(tmp_path), check_mode=True)
    assert json.loads((tmp_path / "state/memory.json").read_text()) == tired
    done, _printed = run_module("reset", arguments(tmp_path), diff=True)
    assert checked["forgotten"] == done["forgotten"]
    assert done["forgotten"] == [{"gluetun": "gluetun", "engine": None, "latched": True, "attempts": 1}]
    assert done["diff"]["before"] == {"gluetun": "the VPN itself, latched, 1 attempt"}
    again, _printed = run_module("reset", arguments(tmp_path))
    assert (done["changed"], again["changed"], again["journal"]) == (True, False, [])
    wrong, _printed = run_module("reset", arguments(tmp_path, gluetuns=["nobody"]))
    assert "there is no Gluetun 'nobody' here" in wrong["msg"]


def test_what_is_returned_is_documented(tmp_path):
    done = ordered(tmp_path, minutes=60)
    assert set(yaml.safe_load(maintenance.RETURN)) == set(done) - {"changed", "diff", "invocation"}
    done, _printed = run_module("reset", arguments(tmp_path))
    assert set(yaml.safe_load(reset.RETURN)) == set(done) - {"changed", "invocation"}
