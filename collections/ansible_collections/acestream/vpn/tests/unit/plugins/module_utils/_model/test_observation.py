# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An observation as plain values."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import pytest

from ..core_builders import engine, gluetun, look, stopped


def test_engines_of_one_gluetun_are_found_by_their_assignment():
    seen = look(1, [gluetun("a"), gluetun("b")], [engine("x", "a"), engine("y", "b"), engine("z", "a")])
    assert sorted(seen.engines_of("a")) == ["x", "z"]
    assert seen.engines_of("nobody") == {}


def test_it_is_plain_enough_for_json():
    seen = look(1)
    document = json.loads(json.dumps(seen.as_dict()))
    assert document["gluetuns"]["gluetun"]["container"]["state"] == "running"
    assert document["engines"]["acestream-1"]["connected"] is True


@pytest.mark.parametrize("state", ["created", "paused", "restarting", "removing", "exited", "dead"])
def test_only_running_is_running(state):
    assert not stopped(gluetun(), state).container.running
    assert gluetun().container.running


def test_evidence_cannot_be_changed_after_the_fact():
    with pytest.raises(FrozenInstanceError):
        gluetun().egress = "ok"


def test_what_was_not_looked_for_is_unknown_and_no_finding():
    from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
        EngineEvidence,
        GluetunEvidence,
    )

    nothing = GluetunEvidence("gluetun")
    assert (nothing.seen, nothing.container, nothing.egress, nothing.dns) == (False, None, "unknown", "unknown")
    nothing = EngineEvidence("engine", "gluetun")
    assert (nothing.seen, nothing.api, nothing.connected, nothing.streams) == (False, "unknown", None, None)
