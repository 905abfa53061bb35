# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is asked once more, and what becomes of the answer."""

from __future__ import annotations

import time

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import (
    FAILED,
    OK,
    UNKNOWN,
    EngineEvidence,
    GluetunEvidence,
)
from ansible_collections.acestream.vpn.plugins.module_utils._observe.double_check import double_check

GLUETUNS = {
    "down": GluetunEvidence("down", egress=FAILED),
    "up": GluetunEvidence("up", egress=OK),
    "dark": GluetunEvidence("dark", egress=UNKNOWN),
}


def engine(name, gluetun, connected):
    return EngineEvidence(name, gluetun, seen=True, api=OK, connected=connected, streams=3)


def ask(engines, answer, patience=5.0):
    asked = []

    def look(name):
        asked.append(name)
        return answer(name)

    found = double_check(GLUETUNS, {item.name: item for item in engines}, look, time.monotonic() + patience)
    return sorted(asked), found


def test_only_engines_that_contradict_a_failed_probe_are_asked():
    engines = [
        engine("a", "down", True),
        engine("b", "down", True),
        engine("says no", "down", False),
        engine("says nothing", "down", None),
        engine("on one that works", "up", True),
        engine("on one that is dark", "dark", True),
        engine("on one that is not declared", "else", True),
    ]
    asked, found = ask(engines, lambda name: engine(name, "down", False))
    assert asked == ["a", "b"]
    assert [item.connected for item in found.values()] == [False, False, False, None, True, True, True]
    assert found["a"].streams == 3


def test_an_engine_that_still_says_so_goes_on_contradicting():
    _asked, found = ask([engine("a", "down", True)], lambda name: engine(name, "down", True))
    assert found["a"].connected is True


def _fails(_name):
    raise OSError("no")


def _is_late(name):
    time.sleep(0.5)
    return engine(name, "down", False)


@pytest.mark.parametrize("answer", [lambda name: EngineEvidence(name, "down"), _fails, _is_late])
def test_no_answer_changes_nothing(answer):
    first = engine("a", "down", True)
    _asked, found = ask([first], answer, patience=0.1)
    assert found == {"a": first}
