# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Assessment of engines: which of them may get a new stream, and which are given up for now."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy

from ..core_builders import NOW, Host, down, engine, gluetun, outage, stopped, unseen, with_container

TWO = [engine("a", port=19000), engine("b", port=19001)]


def test_an_engine_is_shown_once_it_says_that_it_is_connected():
    host = Host()
    host.see(NOW, engines=[engine(connected=None, api="unknown")])
    assert host.shown == []
    host.see(NOW + 1, engines=[engine(connected=False)])
    assert host.shown == []
    host.see(NOW + 2)
    assert host.shown == ["acestream-1"]
    assert [item.message for item in host.told("engines_shown")] == ["Available again: acestream-1"]


def test_all_engines_of_a_bad_gluetun_are_hidden_and_the_others_are_not():
    host = Host()
    engines = [engine("a", "one"), engine("b", "one"), engine("c", "two")]
    well, bad = [gluetun("one"), gluetun("two")], [down(name="one"), gluetun("two")]
    engines = [with_container(item, network_mode="container:" + "g" * 64) for item in engines]
    host.see(NOW, well, engines)
    assert host.shown == ["a", "b", "c"]
    host.see_for(NOW + 1, NOW + 20, bad, engines, every=1)
    assert host.shown == ["c"]
    assert {item.reason for name, item in host.memory.engines.items() if name != "c"} == {"its VPN is not healthy"}
    host.see(NOW + 21, well, engines)
    assert host.shown == ["a", "b", "c"]


def test_a_doubt_hides_nothing():
    host = Host()
    host.see(NOW)
    host.see(NOW + 1, [down()], [engine(connected=False)])
    assert host.vpn.in_doubt
    assert host.shown == ["acestream-1"]


@pytest.mark.parametrize("evidence", [unseen(), gluetun(egress="unknown")])
@pytest.mark.parametrize("was_shown", [True, False])
def test_unknown_neither_hides_nor_shows(evidence, was_shown):
    host = Host()
    host.see(NOW, engines=[engine(connected=was_shown)])
    host.see_for(NOW + 1, NOW + 100, [evidence], [engine()])
    assert bool(host.shown) is was_shown


def test_unknown_of_an_engine_neither_hides_nor_shows():
    host = Host()
    nothing = replace(engine(), seen=False, container=None, connected=None)
    host.see(NOW, engines=[engine("a"), nothing])
    assert host.shown == ["a"]
    host.see(NOW + 1, engines=[replace(nothing, name="a")])
    assert host.shown == ["a"]


def test_engines_that_were_not_listed_are_remembered():
    host = Host()
    host.see(NOW, engines=TWO)
    host.see(NOW + 1, engines=[], engines_listed=False)
    assert host.shown == ["a", "b"]
    host.see(NOW + 2, engines=[])
    assert host.memory.engines == {}


@pytest.mark.parametrize("state", ["created", "exited", "paused", "dead", "restarting"])
@pytest.mark.parametrize("on", [gluetun(), unseen(), down()], ids=["healthy", "unknown", "doubt"])
def test_what_is_known_not_to_run_is_not_shown_whatever_its_gluetun(state, on):
    host = Host()
    host.see(NOW)
    host.see(NOW + 1, [on], [stopped(engine(), state)])
    assert host.shown == []


def test_a_starting_gluetun_shows_nothing():
    host = Host()
    host.see(NOW)
    beside = gluetun(started_at=NOW + 1, tunnel_status="starting", tunnel_interface=False)
    host.see(NOW + 1.2, [beside], [engine(started_at=NOW + 1.1)])
    assert host.shown == []
    assert host.memory.engines["acestream-1"].reason == "its VPN is starting"


@pytest.mark.parametrize("changes", [{"api": "failed", "connected": None}, {"connected": False}, {"netns": "4:0"}])
def test_what_does_not_work_is_hidden_at_once_and_that_is_said(changes):
    host = Host()
    host.see(NOW, engines=TWO)
    host.see(NOW + 1, engines=[engine("a", **changes), TWO[1]])
    assert host.shown == ["b"]
    (said,) = host.told("engines_lost")
    assert (said.level, said.vpn, said.data) == ("WARN", "gluetun", {"engines": ["a"]})
    assert host.memory.engines["a"].reason in said.message


def test_engines_that_are_lost_for_the_same_reason_are_said_together():
    host = Host()
    host.see(NOW, engines=TWO)
    host.see(NOW + 1, engines=[replace(item, connected=False) for item in TWO])
    assert [item.data for item in host.told("engines_lost")] == [{"engines": ["a", "b"]}]


def test_an_engine_of_a_gluetun_that_nobody_looks_after_is_hidden():
    host = Host()
    host.see(NOW, engines=[engine(of="another")])
    assert host.shown == []
    assert not host.last.steps


# The last usable capacity


def test_the_last_engines_stay_on_show_while_they_drain():
    host = Host()
    busy = [engine("a", streams=2), engine("b", port=19001, streams=1)]
    outage(host, engines=busy)
    assert host.shown == ["a", "b"]
    assert not host.last.steps


def test_while_there_is_another_a_draining_engine_is_hidden():
    host = Host()
    engines = [engine("a", streams=2), engine("b", port=19001, started_at=NOW + 50)]
    outage(host, ended=NOW + 45, engines=engines)
    host.see(NOW + 60, engines=engines)
    assert host.shown == ["b"]


# Time and latch


def failing_for(host, seconds, every=5.0, mended=False):
    at, attempts = NOW, []
    started = 110.0
    while at <= NOW + seconds:
        host.see(at, engines=[engine(connected=False, started_at=started)])
        if host.last.steps:
            host.attempt(at)
            attempts.append(at - NOW)
            started = at if mended else started
        at += every
    return attempts


def test_an_engine_that_fails_is_given_time_then_mended_ever_more_seldom():
    host = Host()
    assert failing_for(host, 8000) == [60, 180, 420, 900, 1860]


def test_and_is_latched_after_five_attempts():
    host = Host()
    failing_for(host, 8000)
    assert host.memory.engines["acestream-1"].latched_since == NOW + 3660
    (said,) = host.told("engine_latched")
    assert (said.level, said.engine) == ("CRITICAL", "acestream-1")
    assert not host.last.steps


def test_it_unlatches_by_itself():
    host = Host()
    failing_for(host, 8000)
    host.see(NOW + 9000)
    remembered = host.memory.engines["acestream-1"]
    assert (remembered.shown, remembered.latched_since, remembered.attempts) == (True, None, ())
    assert len(host.told("engine_unlatched")) == 1


def test_a_restart_by_somebody_else_counts():
    """A person restarted it after the deadline: asking for a start since then would be met, and do nothing."""
    host = Host()
    host.see_for(NOW, NOW + 58, engines=[engine(connected=False)])
    assert not host.see(NOW + 62, engines=[engine(connected=False, started_at=NOW + 61)]).steps
    assert host.see(NOW + 181, engines=[engine(connected=False, started_at=NOW + 61)]).steps


def test_times_of_attempts_that_lie_ahead_count_as_now():
    host = Host()
    failing_for(host, 60)
    host.see(NOW - 3600, engines=[engine(connected=False)], tick=NOW + 100)
    remembered = host.memory.engines["acestream-1"]
    assert remembered.attempts == (NOW - 3600,)
    assert remembered.wrong_since == NOW - 3600


def test_when_it_was_seen_and_streamed_is_remembered():
    host = Host()
    host.see(NOW, engines=[engine(streams=1)])
    host.see(NOW + 5)
    host.see(NOW + 9, engines=[replace(engine(), seen=False, container=None, streams=None)])
    remembered = host.memory.engines["acestream-1"]
    assert (remembered.first_seen, remembered.last_seen, remembered.last_stream_at) == (NOW, NOW + 5, NOW)


def test_an_outage_that_is_too_short_to_restart_anything_shows_the_engines_again():
    host = Host(Policy())
    outage(host, ended=NOW + 29)
    assert host.shown == ["acestream-1"]
    assert not host.last.steps
