# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an engine needs: the rules that hold whatever is seen and asked for, and each row of the table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._act import desired_engine as want
from ansible_collections.acestream.vpn.plugins.module_utils._act.desired_engine import (
    Situation,
    Wish,
    choose,
    is_stranded,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Container
from hypothesis import given
from hypothesis import strategies as st

GLUETUN = Container("g" * 64, "gluetun", "running", 10, 100.0)
ENGINE = Container("e" * 64, "engine", "running", 20, 110.0, network_mode="container:" + "g" * 64)
RIGHT = Situation(ENGINE, None, GLUETUN, netns="4:1", gluetun_netns="4:1", streams=0)
NOW = 1000.0

states = st.sampled_from(["created", "running", "paused", "restarting", "removing", "exited", "dead"])
times = st.one_of(st.none(), st.floats(0, 2 * NOW))
modes = st.sampled_from(["container:" + "g" * 64, "container:" + "o" * 64, "container:gluetun", "bridge", "host", ""])
namespaces = st.sampled_from([None, "4:1", "4:2"])
engines = st.one_of(st.none(), st.builds(Container, st.just("e" * 64), st.just("engine"), states, st.just(20), times))
engines = st.builds(lambda found, mode: found and replace(found, network_mode=mode), engines, modes)
gluetuns = st.one_of(st.none(), st.builds(Container, st.just("g" * 64), st.just("gluetun"), states, st.just(10), times))
situations = st.builds(
    Situation,
    engines,
    st.one_of(st.none(), engines),
    gluetuns,
    st.booleans(),
    st.booleans(),
    namespaces,
    namespaces,
    st.one_of(st.none(), st.integers(0, 3)),
    st.booleans(),
)
wishes = st.builds(Wish, st.sampled_from(want.STATES), times, times, st.booleans())


@given(wishes, situations)
def test_nothing_mends_an_engine_whose_gluetun_is_not_known_to_run(wish, seen):
    choice = choose(wish, seen, NOW)
    if choice.action in want.MENDING:
        assert seen.known
        assert seen.gluetun_known
        assert seen.gluetun is not None
        assert seen.gluetun.running


@given(wishes, situations)
def test_nothing_is_done_to_what_is_no_engine_or_not_known(wish, seen):
    choice = choose(wish, seen, NOW)
    attached = [found for found in (seen.engine, seen.aside) if found and found.network_mode.startswith("container:")]
    if seen.is_gluetun or not seen.known or len(attached) != len([f for f in (seen.engine, seen.aside) if f]):
        assert choice.action == want.NOTHING
        assert choice.stands != want.RIGHT


@given(wishes, situations)
def test_doing_nothing_that_is_not_right_has_a_reason(wish, seen):
    choice = choose(wish, seen, NOW)
    assert choice.stands == want.RIGHT or (choice.action == want.NOTHING and choice.why)


@given(situations, st.floats(0, NOW))
def test_a_restart_is_asked_for_once(seen, since):
    """What was started after the moment, in the right namespace, needs no restart because of it."""
    fine = replace(RIGHT, engine=replace(ENGINE, started_at=max(since, 110.0)), streams=seen.streams)
    assert choose(Wish(started_since=since), fine, NOW).action == want.NOTHING


@given(wishes, situations)
def test_a_live_stream_is_not_cut_before_its_time(wish, seen):
    choice = choose(wish, seen, NOW)
    waits = wish.drain_until is not None and wish.drain_until > NOW and seen.streams != 0
    if choice.action == want.RESTART and waits:
        assert is_stranded(seen, NOW)


@given(wishes, situations)
def test_where_recreation_is_forbidden_only_one_that_was_begun_is_completed(wish, seen):
    if choose(replace(wish, recreate=False), seen, NOW).action == want.RECREATE:
        assert seen.aside is not None


@pytest.mark.parametrize(
    ("wish", "changes", "action", "stands"),
    [
        ({}, {}, "none", "ok"),
        ({}, {"engine": {"state": "created"}}, "start", "ok"),
        ({}, {"engine": {"state": "exited"}}, "start", "ok"),
        ({}, {"engine": {"state": "paused"}}, "unpause", "ok"),
        ({}, {"engine": {"state": "paused"}, "netns": "4:2"}, "restart", "ok"),
        ({}, {"engine": {"state": "restarting"}}, "none", "held"),
        ({}, {"engine": {"state": "dead"}}, "none", "failed"),
        ({}, {"netns": "4:2"}, "restart", "ok"),
        ({}, {"netns": None, "engine": {"started_at": 99.0}}, "restart", "ok"),
        ({}, {"netns": None, "engine": {"started_at": NOW - 1}, "gluetun": {"started_at": NOW + 15}}, "none", "ok"),
        ({}, {"engine": {"started_at": 99.0}}, "none", "ok"),  # the same namespace: a clock was set back
        ({}, {"engine": {"network_mode": "container:other"}}, "recreate", "ok"),
        ({}, {"engine": {"network_mode": "container:gluetun"}}, "none", "ok"),
        ({"recreate": False}, {"engine": {"network_mode": "container:other"}}, "none", "held"),
        ({}, {"engine": {"network_mode": "bridge"}}, "none", "failed"),
        ({}, {"aside": ENGINE}, "recreate", "ok"),
        ({}, {"engine": None, "aside": ENGINE}, "recreate", "ok"),
        ({}, {"engine": None}, "none", "failed"),
        ({}, {"gluetun": None}, "none", "held"),
        ({}, {"gluetun": {"state": "restarting"}}, "none", "held"),
        ({}, {"gluetun_known": False, "gluetun": None}, "none", "held"),
        ({}, {"known": False}, "none", "held"),
        ({}, {"is_gluetun": True}, "none", "failed"),
        ({"started_since": 200.0}, {}, "restart", "ok"),
        ({"started_since": 200.0, "drain_until": 2000.0}, {}, "restart", "ok"),
        ({"started_since": 200.0, "drain_until": 2000.0}, {"streams": 1}, "none", "draining"),
        ({"started_since": 200.0, "drain_until": 2000.0}, {"streams": None}, "none", "draining"),
        ({"started_since": 200.0, "drain_until": 900.0}, {"streams": 1}, "restart", "ok"),
        ({"started_since": 200.0}, {"streams": 1}, "restart", "ok"),
        ({"drain_until": 2000.0}, {"streams": 1, "netns": "4:2"}, "restart", "ok"),
        ({"p2p_port": 45002}, {"p2p_port": 45001}, "recreate", "ok"),
        ({"p2p_port": 45002}, {"p2p_port": None}, "recreate", "ok"),
        ({"p2p_port": 45002}, {"p2p_port": 45002}, "none", "ok"),
        ({"p2p_port": 45002, "recreate": False}, {"p2p_port": 45001}, "none", "held"),
        ({"p2p_port": 45002, "drain_until": 2000.0}, {"p2p_port": 45001, "streams": 1}, "none", "draining"),
        ({"p2p_port": 45002, "drain_until": 900.0}, {"p2p_port": 45001, "streams": 1}, "recreate", "ok"),
        ({"p2p_port": 45002}, {"p2p_port": 45001, "netns": "4:2"}, "restart", "ok"),
        ({"state": "present"}, {"engine": {"state": "exited"}}, "none", "ok"),
        ({"state": "present"}, {"engine": {"state": "exited", "network_mode": "container:other"}}, "recreate", "ok"),
        ({"state": "stopped"}, {}, "stop", "ok"),
        ({"state": "stopped"}, {"gluetun": None}, "stop", "ok"),
        ({"state": "stopped"}, {"engine": {"state": "exited"}}, "none", "ok"),
        ({"state": "absent"}, {}, "remove", "ok"),
        ({"state": "absent"}, {"engine": None}, "none", "ok"),
        ({"state": "absent"}, {"engine": None, "aside": ENGINE}, "remove", "ok"),
    ],
)
def test_table(wish, changes, action, stands):
    seen = RIGHT
    for name, value in changes.items():
        value = replace(getattr(seen, name), **value) if isinstance(value, dict) else value
        seen = replace(seen, **{name: value})
    choice = choose(Wish(**wish), seen, NOW)
    assert (choice.action, choice.stands) == (action, stands)
