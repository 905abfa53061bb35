# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long an engine is waited for: not for what may listen elsewhere."""

from __future__ import annotations

import time

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._act import engine_wait
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_api import EngineAnswer
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_ports import EnginePorts

from ..small_world import engine

REFUSED = EngineAnswer("failed", problem="connection refused")
ASSUMED = EnginePorts(6878, None, "default", assumed=True)
TOLD = EnginePorts(6878, None, "command")


@pytest.fixture
def wait(monkeypatch):
    def run(its, answers, patience=30.0):
        said = iter(answers)
        monkeypatch.setattr(engine_wait, "_ASSUMED", 0.05)
        monkeypatch.setattr(engine_wait, "_POLL", 0.01)
        monkeypatch.setattr(engine_wait, "identity", lambda pid: "4:1")
        monkeypatch.setattr(engine_wait, "_find", lambda *_: (engine().container, its, ""))
        monkeypatch.setattr(engine_wait, "_ask", lambda *_: next(said, answers[-1]))
        return engine_wait.wait_usable(None, "e", None, time.monotonic() + patience)

    return run


def test_silence_at_an_assumed_port_is_not_waited_out_and_is_no_failure(wait):
    usable, why = wait(ASSUMED, [REFUSED])
    assert usable is None
    assert "declare its http_port" in why
    assert "connection refused" in why


def test_silence_at_a_port_that_was_told_is_a_failure(wait):
    assert wait(TOLD, [REFUSED], patience=0.1) == (False, "connection refused")


def test_an_engine_that_has_answered_at_an_assumed_port_is_waited_for(wait):
    connecting = EngineAnswer("ok", connected=False)
    assert wait(ASSUMED, [REFUSED, connecting, *[REFUSED] * 10, EngineAnswer("ok", connected=True)]) == (True, "")
    assert wait(ASSUMED, [connecting], patience=0.1) == (False, "it says that it is not connected")
