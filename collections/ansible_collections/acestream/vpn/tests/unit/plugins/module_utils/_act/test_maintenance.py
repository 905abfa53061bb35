# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What acts looks into the memory for the last time right before it acts, after the attempt was written down."""

from __future__ import annotations

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._act import container_step, engines
from ansible_collections.acestream.vpn.plugins.module_utils._act import gluetun as gluetun_module
from ansible_collections.acestream.vpn.plugins.module_utils._act.desired_engine import Situation
from ansible_collections.acestream.vpn.plugins.module_utils._host import clock
from ansible_collections.acestream.vpn.plugins.module_utils._model import maintenance_window
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store

from ..core_builders import engine, gluetun, stopped
from ..option_builders import engine_step_options, gluetun_step_options

GLUETUN = gluetun_step_options(restarted_since=500.0, unless_maintenance=True)
ENGINES = engine_step_options("acestream-1", unless_maintenance=True)


class Docker:
    """Writes down what it is told to do."""

    def __init__(self):
        self.told = []

    def start(self, name):
        self.told.append(name)


class Recheck:
    """Sees an engine that does not run, and its gluetun, which does."""

    def asides(self):
        return set()

    def gluetun(self, name):
        return True, gluetun().container

    def look(self, *_how):
        return Situation(engine=stopped(engine()).container, gluetun=gluetun().container)


def begins_after(store, write_down):
    """Maintenance is ordered as soon as the attempt was written down."""

    def then(*arguments):
        write_down(*arguments)
        now = clock.moment(None, GLUETUN.docker)
        store.update(lambda memory: maintenance_window.put(memory, ["gluetun"], now.at + 600, "why", now))

    return then


def act_on_gluetun(client, store, monkeypatch, in_between):
    monkeypatch.setattr(gluetun_module, "inspect", lambda *_: stopped(gluetun()).container)
    monkeypatch.setattr(container_step, "settle", lambda _client, _id, order, *_: order())
    actor = gluetun_module.GluetunActor(client, store, GLUETUN, False)
    actor._remember = in_between(actor._remember)
    actor.run()
    return actor.result["changed"], actor.result["skip_reason"]


def act_on_engine(client, store, monkeypatch, in_between):
    monkeypatch.setattr(engines, "inspect", lambda *_: stopped(engine()).container)
    monkeypatch.setattr(engines, "carry_out", lambda client, one, *_how: client.start(one.name))
    actor = engines.EngineActor(client, store, ENGINES, False)
    actor._recheck = Recheck()
    actor._remember = in_between(actor._remember)
    actor.run()
    (one,) = actor.result()["engines"]
    return one["changed"], one["reason"]


@pytest.mark.parametrize("act", [act_on_gluetun, act_on_engine])
def test_maintenance_that_begins_at_the_last_moment_is_respected(tmp_path, monkeypatch, act):
    client, store = Docker(), Store(str(tmp_path))
    changed, reason = act(client, store, monkeypatch, lambda write_down: begins_after(store, write_down))
    assert (changed, client.told) == (False, [])
    assert "in maintenance until" in reason
    assert "is left alone after all" in store.journal_since("")[-1]


@pytest.mark.parametrize("act", [act_on_gluetun, act_on_engine])
def test_without_it_the_same_step_is_carried_out(tmp_path, monkeypatch, act):
    client = Docker()
    changed, _reason = act(client, Store(str(tmp_path)), monkeypatch, lambda write_down: write_down)
    assert changed
    assert len(client.told) == 1
