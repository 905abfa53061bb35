# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Maintenance: it lasts as long as was ordered, whatever the clocks do, and while it lasts nothing is done."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._model import maintenance_window
from ansible_collections.acestream.vpn.plugins.module_utils._model.attempts import engines_mended, gluetun_restarted
from ansible_collections.acestream.vpn.plugins.module_utils._model.maintenance_window import (
    HOST,
    Moment,
    left,
    lift,
    of,
    put,
    renew,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import Maintenance, Memory, from_document
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from hypothesis import given
from hypothesis import strategies as st

from .._assess.test_verdict import evidences
from ..core_builders import NOW, Host, down, engine, gluetun, look, outage, stopped
from .test_memory import memories

QUIET = [engine(connected=False)]
NAMES = st.sampled_from([HOST, "gluetun", "other"])
LENGTHS = st.floats(1, 86400)
START = Moment(1e6, 5000.0, "boot")


def ordered(seconds=600.0, name="gluetun", moment=START, reason="why", memory=None):
    return put(memory or Memory(), [name], moment.at + seconds, reason, moment)[0]


def later(moment, seconds, clock_set=0.0):
    return Moment(moment.at + seconds + clock_set, moment.tick + seconds, moment.boot)


# How long it lasts


@given(LENGTHS, st.lists(st.tuples(st.floats(0.1, 5000), st.floats(-1e5, 1e5)), max_size=8))
def test_within_one_boot_it_lasts_as_long_as_ordered_however_the_clock_is_set(seconds, passages):
    memory, moment, passed = ordered(seconds), START, 0.0
    for wait, clock_set in passages:
        moment, passed = later(moment, wait, clock_set), passed + wait
        assert (of(memory, "gluetun", moment) is not None) == (passed < seconds) or abs(passed - seconds) < 1e-3
        memory, said = renew(memory, moment)
        assert [item.kind for item in said] in ([], ["maintenance_ended"])
        if "gluetun" in memory.maintenance:
            # What is shown is the end by the clock as it is now.
            assert memory.maintenance["gluetun"].until == pytest.approx(moment.at + seconds - passed, abs=1.1)


@given(LENGTHS, st.floats(-1e6, 1e6), st.lists(st.floats(-1e6, 1e6), max_size=5))
def test_over_reboots_no_clock_leaves_more_than_the_whole_length(seconds, first, clocks):
    memory = ordered(seconds)
    for number, clock in enumerate([first, *clocks]):
        moment = Moment(START.at + clock, 30.0, f"boot {number}")
        memory, _said = renew(memory, moment)
        for item in memory.maintenance.values():
            assert 0 < left(item, moment) <= seconds + 1e-3
            # From here on the clock that never jumps decides again.
            assert left(item, later(moment, seconds + 1, clock_set=-1e6)) <= 0


def test_over_a_reboot_with_a_right_clock_it_ends_when_it_should():
    memory = ordered(600)
    assert of(memory, "gluetun", Moment(START.at + 599, 20.0, "next"))
    assert not of(memory, "gluetun", Moment(START.at + 601, 20.0, "next"))


def test_where_the_boot_cannot_be_told_the_hosts_clock_decides():
    before, after = Moment(1e6, 9000.0, "unknown"), Moment(1e6 + 601, 20.0, "unknown")
    assert not of(ordered(600, moment=before), "gluetun", after)


def test_a_look_that_was_taken_before_the_order_changes_nothing_of_it():
    memory = ordered(60)
    assert renew(memory, later(START, -900)) == (memory, [])


@given(memories, st.builds(Moment, st.floats(1e6, 4e9), st.floats(0, 1e7), st.sampled_from(["boot", "other"])))
def test_renewing_twice_is_renewing_once_and_never_prolongs(memory, moment):
    once, _said = renew(memory, moment)
    assert renew(once, moment) == (once, [])
    for name, item in once.maintenance.items():
        assert left(item, moment) <= left(memory.maintenance[name], moment) + 1e-3
    assert from_document(json.loads(json.dumps(once.as_document()))) == once


# Whose it is


@given(NAMES, NAMES, LENGTHS)
def test_it_covers_whom_it_names_and_the_hosts_covers_all(name, asked, seconds):
    found = of(ordered(seconds, name), asked, later(START, seconds / 2))
    assert (found is not None) == (name in (HOST, asked))


def test_of_two_the_longer_one_is_told():
    memory = ordered(900, HOST, reason="the host's", memory=ordered(60))
    assert of(memory, "gluetun", START).reason == "the host's"
    memory = ordered(60, HOST, reason="the host's", memory=ordered(900))
    assert of(memory, "gluetun", START).reason == "why"


# Orders


@given(NAMES, LENGTHS, st.floats(0, 59))
def test_the_same_order_given_again_changes_nothing(name, seconds, after):
    memory = ordered(3600 + seconds, name)
    again = later(START, after)
    assert put(memory, [name], again.at + 3600 + seconds, "why", again) == (memory, [])


@pytest.mark.parametrize("changes", [{"seconds": 900.0}, {"seconds": 300.0}, {"reason": "another"}])
def test_another_end_or_reason_takes_its_place_and_is_said(changes):
    memory = ordered()
    wanted = {"seconds": 600.0, "reason": "why", **changes}
    after, said = put(memory, ["gluetun"], START.at + wanted["seconds"], wanted["reason"], START)
    (found,) = after.maintenance.values()
    assert (found.until, found.reason) == (START.at + wanted["seconds"], wanted["reason"])
    assert [item.kind for item in said] == ["maintenance_began"]


def test_the_journal_tells_whose_it_is_until_when_and_why():
    _memory, (one,) = put(Memory(), ["gluetun"], START.at + 60, "a new server", START)
    assert (one.level, one.kind, one.vpn) == ("INFO", "maintenance_began", "gluetun")
    assert "until 1970-01-12T13:47:40.000Z" in one.message
    assert "(a new server)" in one.message
    memory, (whole,) = put(Memory(), [HOST], START.at + 60, "", START)
    assert (whole.vpn, "whole host" in whole.message) == (None, True)
    _after, (end,) = renew(memory, later(START, 61))
    assert (end.level, end.kind, end.vpn, "whole host" in end.message) == ("INFO", "maintenance_ended", None, True)


def test_an_early_end_is_said_once():
    after, said = lift(ordered(), ["gluetun"], later(START, 5))
    assert (after.maintenance, [item.kind for item in said]) == ({}, ["maintenance_ended"])
    assert lift(after, ["gluetun"], later(START, 6)) == (after, [])


def test_the_hosts_end_ends_all_and_one_gluetuns_only_its_own():
    memory = ordered(900, HOST, memory=ordered(900, "other", memory=ordered()))
    assert set(lift(memory, ["gluetun"], START)[0].maintenance) == {HOST, "other"}
    assert lift(memory, [HOST], START)[0].maintenance == {}


def test_a_memory_that_knows_nothing_but_the_end_is_understood():
    document = {**Memory().as_document(), "maintenance": {"": {"until": 2000.0}}}
    memory = from_document(document)
    assert memory.maintenance == {"": Maintenance(2000.0)}
    assert of(memory, "gluetun", Moment(1999.0, 1.0, "boot"))
    assert not of(memory, "gluetun", Moment(2001.0, 1.0, "boot"))


# While it lasts


def keep(host, at, seconds, name="gluetun"):
    host.memory = ordered(seconds, name, Moment(at, at, "boot"), memory=host.memory)


@given(memories, evidences, st.sampled_from([HOST, "gluetun"]), st.sampled_from(["4:1", "4:0"]), st.booleans())
def test_no_world_leads_to_a_step_nor_to_a_latch(memory, evidence, name, netns, connected):
    memory = replace(memory, tick=None, maintenance={})
    host = Host(memory=memory)
    keep(host, NOW, 600, name)
    host.see(NOW, [evidence], [engine(netns=netns, connected=connected)])
    assert host.last.steps == ()
    assert not [item for item in host.said if item.kind in ("gluetun_latched", "engine_latched")]
    (said,) = [item for item in host.last.pending if "in maintenance until" in item.what]
    assert (said.at, said.watch, "nothing is done" in said.what) == (NOW + 600, False, True)


def test_the_other_vpn_is_looked_after_as_always():
    host = Host()
    pair = [gluetun("one"), gluetun("two")]
    engines = [engine("a", "one", connected=False), engine("b", "two", connected=False)]
    host.see(NOW - 1, pair, engines)
    keep(host, NOW - 1, 900, "one")
    host.see_for(NOW, NOW + 61, [down(name="one"), down(name="two")], engines, every=1)
    assert host.kinds == {"two": "gluetun_restart"}


def test_an_outage_is_judged_as_always_and_its_ladder_begins_where_it_is_at_the_end():
    host = Host()
    host.see(NOW - 1)
    keep(host, NOW - 1, 301)
    host.see_for(NOW, NOW + 299, [down()], QUIET, every=1)
    assert (host.vpn.verdict, host.vpn.outage_since, host.shown) == ("unhealthy", NOW, [])
    assert host.last.settled
    (step,) = host.see(NOW + 301, [down()], QUIET).steps
    assert (step.kind, step.since) == ("gluetun_restart", NOW + 180)
    assert [item.kind for item in host.said][-1] == "maintenance_ended"


def test_a_doubt_is_looked_into_in_maintenance_too():
    host = Host()
    host.see(NOW)
    keep(host, NOW, 600)
    assert not host.see(NOW + 1, [down()], QUIET).settled


def test_a_spent_budget_latches_after_the_end_and_not_before():
    host = Host(Policy(restart_budget=1, engine_budget=1))
    host.see(NOW - 1)
    host.see_for(NOW, NOW + 61, [down()], QUIET, every=1)
    host.memory = gluetun_restarted(host.memory, "gluetun", NOW + 61)
    keep(host, NOW + 61, 600)
    host.see_for(NOW + 62, NOW + 660, [down()], QUIET)
    assert host.vpn.latched_since is None
    host.see(NOW + 662, [down()], QUIET)
    assert len(host.told("gluetun_latched")) == 1


def test_an_engine_is_latched_after_the_end_and_not_before():
    host = Host(Policy(engine_budget=1))
    lost = [stopped(engine(), error="cannot join")]
    host.see(NOW, engines=lost)
    host.memory = engines_mended(host.memory, {"acestream-1": "gluetun"}, NOW)
    keep(host, NOW, 600)
    host.see_for(NOW + 1, NOW + 599, engines=lost)
    assert not host.told("engine_latched")
    host.see(NOW + 601, engines=lost)
    assert len(host.told("engine_latched")) == 1


def test_engines_that_wait_for_their_restart_stay_on_show_while_there_are_no_others():
    host = Host()
    host.see(NOW - 5)
    keep(host, NOW - 5, 600)
    outage(host)
    assert (host.shown, host.last.steps) == (["acestream-1"], ())
    others = [gluetun(), gluetun("two")]
    host.see(NOW + 50, others, [engine(), engine("b", "two")])
    assert host.shown == ["b"]


def test_engines_are_mended_after_the_end():
    host = Host()
    host.see(NOW - 5)
    keep(host, NOW - 5, 600)
    outage(host)
    (step,) = host.see(NOW + 600).steps
    assert (step.kind, step.since) == ("engine_restart", NOW + 45)


def test_assessing_without_any_leaves_the_memory_of_it_empty():
    host = Host()
    host.see(NOW)
    assert host.memory.maintenance == {}
    assert maintenance_window.of(host.memory, "gluetun", look(NOW)) is None
