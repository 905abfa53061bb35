# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reset: what is forgotten, of whom, and what is said of it."""

from __future__ import annotations

from ansible_collections.acestream.vpn.plugins.module_utils._assess.reset import Forgotten, forget
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import EngineMemory, GluetunMemory, Memory
from hypothesis import given
from hypothesis import strategies as st

from .._model.test_memory import memories

TIRED = Memory(
    {
        "one": GluetunMemory(restarts=(1.0, 2.0), cycles=(1.0,), latched_since=3.0),
        "two": GluetunMemory(restarts=(1.0,)),
    },
    {"a": EngineMemory("one", attempts=(1.0,), latched_since=2.0), "b": EngineMemory("two", attempts=(1.0,))},
)


def test_it_says_what_was_forgotten_of_whom():
    after, said, forgotten = forget(TIRED, ["one"], 9.0)
    assert forgotten == [Forgotten("one", None, True, 3), Forgotten("one", "a", True, 1)]
    assert [(item.level, item.kind, item.vpn) for item in said] == [("WARN", "reset", "one")]
    assert said[0].message.endswith("the VPN itself, latched, 3 attempts; engine a, latched, 1 attempt")
    assert (after.gluetuns["two"], after.engines["b"]) == (TIRED.gluetuns["two"], TIRED.engines["b"])


@given(memories, st.one_of(st.none(), st.sets(st.text(max_size=9), max_size=3)))
def test_what_was_reset_has_a_fresh_budget_and_the_rest_is_as_it_was(memory, names):
    after, said, forgotten = forget(memory, names, 9.0)
    for name, gluetun in after.gluetuns.items():
        if names is None or name in names:
            assert (gluetun.latched_since, gluetun.restarts, gluetun.cycles) == (None, (), ())
        else:
            assert gluetun == memory.gluetuns[name]
    for name, engine in after.engines.items():
        if names is None or engine.gluetun in names:
            assert (engine.latched_since, engine.attempts) == (None, ())
        else:
            assert engine == memory.engines[name]
    assert {item.gluetun for item in forgotten} == {item.vpn for item in said}
    assert forget(after, names, 9.0) == (after, [], [])
    assert (after == memory) == (not forgotten)
