# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A step that was planned before a maintenance began is not carried out; a person's own call is."""

from __future__ import annotations

import time

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import ACT_LOCK, Store

from tests.docker.act.test_gluetun import options
from tests.docker.act.world import finish, touched, until_it_asks_for

pytestmark = pytest.mark.lab


def order(world, **more: object) -> None:
    done = world.run("maintenance", **{"gluetuns": [world.gluetun], "declared": [world.gluetun], **more})
    assert done["changed"], done.output


@pytest.mark.parametrize("names", ["the gluetun", "the whole host"])
def test_a_gluetun_in_maintenance_is_left_alone_by_steps_and_not_by_persons(world, names):
    wanted = options(world, restarted_since=time.time())
    order(world, minutes=5, **({} if names == "the gluetun" else {"gluetuns": []}))
    with world.actions() as actions:
        done = world.run("gluetun", **wanted, unless_maintenance=True)
    assert (done["changed"], done["actions"]) == (False, [])
    assert "in maintenance until" in done["skip_reason"]
    assert not touched(actions)
    # No attempt is counted, so that the ladder goes on where it is when the maintenance ends.
    assert world.gluetun not in world.memory()["gluetuns"]
    assert world.run("gluetun", **wanted)["actions"] == ["restart"]


def test_engines_in_maintenance_are_left_alone_by_steps_and_not_by_persons(world):
    engine = world.start_engine()
    order(world, minutes=5)
    wanted = {"started_since": time.time(), "wait": False}
    with world.actions() as actions:
        done = world.engines(engine, **wanted, unless_maintenance=True)
    assert (done["changed"], done.engine(engine)["status"]) == (False, "held")
    assert "in maintenance until" in done.engine(engine)["reason"]
    assert not touched(actions)
    assert engine not in world.memory()["engines"]
    assert world.engines(engine, **wanted).engine(engine)["action"] == "restart"


@pytest.mark.parametrize("module", ["gluetun", "engine"])
def test_one_that_begins_while_a_step_waits_for_the_lock_is_respected(world, module):
    engine = world.start_engine()
    since = time.time()
    with world.actions() as actions:
        with Store(str(world.state)).lock(ACT_LOCK, 1):
            if module == "gluetun":
                process = world.start("gluetun", **options(world, restarted_since=since), unless_maintenance=True)
            else:
                entry = {"name": engine, "gluetun": world.gluetun, "started_since": since}
                process = world.start("engine", engines=[entry], wait=False, unless_maintenance=True)
            until_it_asks_for(process, world.state / ACT_LOCK)
            order(world, minutes=5, lock_timeout=0)
        done = finish(process)
    assert not done["changed"], done.output
    assert not touched(actions)


def test_once_it_is_ended_steps_are_carried_out(world):
    order(world, minutes=5)
    order(world, state="ended")
    done = world.run("gluetun", **options(world, restarted_since=time.time()), unless_maintenance=True)
    assert done["actions"] == ["restart"]


def test_it_waits_for_a_step_that_is_under_way(world):
    with Store(str(world.state)).lock(ACT_LOCK, 1):
        process = world.start("maintenance", minutes=5)
        until_it_asks_for(process, world.state / ACT_LOCK)
        # Remembered at once, so that no further step begins.
        assert world.memory()["maintenance"][""]
    assert finish(process)["changed"]
