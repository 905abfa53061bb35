# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What acts looks at an engine for the last time right before it acts."""

from __future__ import annotations

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._act import engines
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerUnknown
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store

from ..core_builders import engine, stopped
from .test_maintenance import ENGINES, Docker, Recheck


def act(tmp_path, monkeypatch, last_look):
    client = Docker()
    monkeypatch.setattr(engines, "inspect", last_look)
    monkeypatch.setattr(engines, "carry_out", lambda client, one, *_how: client.start(one.name))
    actor = engines.EngineActor(client, Store(str(tmp_path)), ENGINES, False)
    actor._recheck = Recheck()
    actor.run()
    (one,) = actor.result()["engines"]
    return client.told, one


def silent(*_arguments):
    raise DockerUnknown("Docker did not answer in time")


def test_one_that_is_as_it_was_is_acted_on(tmp_path, monkeypatch):
    told, _one = act(tmp_path, monkeypatch, lambda *_: stopped(engine()).container)
    assert told == ["acestream-1"]


@pytest.mark.parametrize("last_look", [lambda *_: engine().container, lambda *_: None, silent])
def test_one_that_somebody_has_just_started_or_removed_is_left_alone(tmp_path, monkeypatch, last_look):
    told, one = act(tmp_path, monkeypatch, last_look)
    assert (told, one["changed"], one["status"]) == ([], False, "held")
    assert "just now" in one["reason"]
