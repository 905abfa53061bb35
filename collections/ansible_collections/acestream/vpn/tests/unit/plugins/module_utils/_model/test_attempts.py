# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Attempts are added to the memory, and nothing else is changed."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.acestream.vpn.plugins.module_utils._model.attempts import (
    engines_mended,
    gluetun_cycled,
    gluetun_restarted,
    tried_since,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import EngineMemory, GluetunMemory, Memory

BEFORE = Memory(
    gluetuns={"a": GluetunMemory(restarts=(1.0,), public_ip="203.0.113.7"), "b": GluetunMemory()},
    engines={"e": EngineMemory("a", shown=True, attempts=(1.0,))},
)


def test_a_gluetun_gets_one_more():
    assert gluetun_restarted(BEFORE, "a", 2.0).gluetuns["a"] == replace(BEFORE.gluetuns["a"], restarts=(1.0, 2.0))
    assert gluetun_cycled(BEFORE, "a", 2.0).gluetuns["a"] == replace(BEFORE.gluetuns["a"], cycles=(2.0,))
    assert gluetun_cycled(BEFORE, "new", 2.0).gluetuns["new"] == GluetunMemory(cycles=(2.0,))
    assert gluetun_restarted(BEFORE, "a", 2.0).gluetuns["b"] is BEFORE.gluetuns["b"]


def test_engines_get_one_more_each_and_new_ones_are_remembered():
    after = engines_mended(BEFORE, {"e": "a", "f": "b"}, 2.0)
    assert after.engines == {
        "e": EngineMemory("a", shown=True, attempts=(1.0, 2.0)),
        "f": EngineMemory("b", attempts=(2.0,)),
    }


def test_the_last_attempt_since_a_moment():
    assert tried_since((1.0, 3.0, 2.0), 2.0) == 3.0
    assert tried_since((1.0,), 2.0) is None
    assert tried_since((1.0,), None) is None
