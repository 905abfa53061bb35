# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Assessment of gluetuns over time: when an outage begins and ends, what is said, and the latch."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._assess.host import assess
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import GluetunMemory, Memory, from_document
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from hypothesis import given
from hypothesis import strategies as st

from .._model.test_memory import memories
from ..core_builders import NOW, Host, down, engine, gluetun, look, outage, stopped, unseen, with_container
from .test_verdict import evidences

FIVE = [engine(f"acestream-{number}", port=19000 + number, connected=None) for number in range(1, 6)]


def test_the_messages_are_those_of_the_specification():
    host = Host()
    outage(host, engines=FIVE)
    said = [(item.level, item.message) for item in host.said]
    assert said[:4] == [
        ("INFO", "Gluetun VPN is healthy"),
        ("WARN", "Gluetun VPN became unhealthy"),
        ("INFO", "Hiding 5 engines assigned to unhealthy VPN"),
        ("INFO", "Gluetun VPN recovered and is now healthy"),
    ]
    assert {item.vpn for item in host.said} == {"gluetun"}


def test_an_outage_begins_with_the_first_sample_that_failed():
    host = Host()
    host.see(NOW - 5)
    host.see(NOW, [down()], [engine(connected=False)])
    assert (host.vpn.outage_since, host.vpn.in_doubt) == (None, True)
    host.see(NOW + 1, [down()], [engine(connected=False)])
    assert (host.vpn.outage_since, host.vpn.verdict) == (NOW, "unhealthy")


def test_an_outage_is_said_once_and_remembered_from_beginning_to_end():
    host = Host()
    outage(host, ended=NOW + 300)
    assert len(host.told("gluetun_unhealthy")) == len(host.told("engines_hidden")) == 1
    assert host.told("gluetun_healthy")[-1].data == {"outage_seconds": 300.0}
    assert host.vpn.last_outage == (NOW, NOW + 300)
    assert (host.vpn.outage_since, host.vpn.connected_since) == (None, NOW + 300)


def test_engines_that_still_say_connected_delay_the_verdict_by_15_seconds():
    host = Host()
    host.see(NOW - 5)
    at = NOW
    while host.vpn.verdict == "healthy":
        host.see(at, [down()])
        at += 1
    assert at - 1 == NOW + 15
    assert host.vpn.outage_since == NOW


def test_the_first_look_at_an_outage_is_one_too():
    host = Host()
    host.see(NOW, [down()], [engine(connected=False)])
    assert (host.vpn.verdict, host.vpn.in_doubt) == ("unknown", True)
    host.see(NOW + 1, [down()], [engine(connected=False)])
    assert (host.vpn.verdict, host.vpn.outage_since) == ("unhealthy", NOW)
    host.see(NOW + 2)
    assert host.vpn.connected_since == NOW + 2


def test_a_single_bad_sample_is_forgotten():
    host = Host()
    host.see(NOW - 1)
    host.see(NOW, [down()])
    host.see(NOW + 1)
    assert (host.vpn.failures, host.vpn.in_doubt, host.vpn.outage_since) == (0, False, None)
    assert len(host.said) == 1


def test_a_stop_is_an_outage_at_once_and_goes_on_while_it_starts():
    host = Host()
    host.see(NOW)
    host.see(NOW + 1, [stopped(gluetun(), exit_code=137)])
    assert host.told("gluetun_stopped")[0].message == "Gluetun container is not running: exited (137)"
    assert len(host.told("engines_hidden")) == 1
    host.see(NOW + 6, [down(started_at=NOW + 5, tunnel_status="starting")])
    assert (host.vpn.starting, host.vpn.outage_since) == (True, NOW + 1)
    host.see(NOW + 8, [gluetun(started_at=NOW + 5)])
    assert (host.vpn.verdict, host.vpn.starting, host.vpn.last_outage) == ("healthy", False, (NOW + 1, NOW + 8))


def test_restart_and_recreation_by_others_are_noticed():
    host = Host()
    host.see(NOW)
    host.see(NOW + 20, [gluetun(started_at=NOW + 10)])
    assert len(host.told("gluetun_restarted")) == 1
    host.see(NOW + 40, [with_container(gluetun(started_at=NOW + 30), id="n" * 64)])
    assert len(host.told("gluetun_recreated")) == 1
    assert len(host.told("gluetun_restarted")) == 1


# Unknown


@pytest.mark.parametrize("evidence", [unseen(), gluetun(egress="unknown"), gluetun(egress="unknown", api="error")])
def test_unknown_keeps_what_was_known_and_changes_nothing(evidence):
    host = Host()
    host.see(NOW)
    before = host.vpn
    host.see_for(NOW + 5, NOW + 300, [evidence])
    assert (host.vpn.verdict, host.vpn.known, host.vpn.outage_since) == ("unknown", "healthy", None)
    assert host.vpn.since == NOW + 5
    host.see(NOW + 305)
    assert replace(host.vpn, since=None, last_good_at=None) == replace(before, since=None, last_good_at=None)
    assert not host.told("gluetun_unhealthy")


def test_unknown_in_an_outage_neither_ends_nor_restarts_it():
    host = Host()
    host.see(NOW - 1)
    host.see_for(NOW, NOW + 20, [down()])
    host.see_for(NOW + 21, NOW + 200, [unseen()])
    assert (host.vpn.verdict, host.vpn.outage_since) == ("unknown", NOW)
    host.see(NOW + 201, [down()])
    assert (host.vpn.verdict, host.vpn.outage_since) == ("unhealthy", NOW)
    assert len(host.told("gluetun_unhealthy")) == 1


def test_unknown_that_lasts_is_warned_of_once():
    host = Host()
    host.see(NOW)
    host.see_for(NOW + 5, NOW + 500, [replace(unseen(), problems=("Docker hangs",))])
    (warning,) = host.told("gluetun_unknown")
    assert (warning.level, warning.at) == ("WARN", NOW + 65)
    assert warning.message == "Gluetun VPN state unknown for 60 s, nothing is done: Docker hangs"
    host.see(NOW + 505)
    host.see_for(NOW + 510, NOW + 600, [unseen()])
    assert len(host.told("gluetun_unknown")) == 2


def test_a_refused_key_is_warned_of_once_and_is_no_outage():
    host = Host()
    refused = gluetun(api="unauthorised", tunnel_status=None, problems=("the role lacks GET /v1/vpn/status",))
    host.see(NOW)
    host.see_for(NOW + 5, NOW + 500, [refused])
    (warning,) = host.told("api_unauthorised")
    assert "the role lacks GET /v1/vpn/status" in warning.message
    assert (host.vpn.verdict, host.vpn.outage_since) == ("healthy", None)
    host.see(NOW + 505)
    host.see(NOW + 510, [refused])
    assert len(host.told("api_unauthorised")) == 2


# The latch


def five_restarts(host, began=NOW):
    """An outage with a run every five seconds; each restart is made as planned, and helps nothing."""
    host.see(began - 5)
    restarts, started, at = [], 100.0, began
    while at < began + 8000:
        host.see(at, [down(started_at=started)], [engine(connected=False)])
        if "gluetun_restart" in host.kinds.values():
            host.attempt(at)
            restarts.append(at - began)
            started = at
        at += 5
    return restarts


def test_five_restarts_then_latched_and_no_sixth():
    host = Host()
    restarts = five_restarts(host)
    # The last but one of them waits for the start period of the one before.
    assert restarts == [60, 180, 420, 900, 1860]
    assert host.vpn.latched_since == NOW + 3660
    (critical,) = host.told("gluetun_latched")
    assert critical.level == "CRITICAL"
    assert "recovery_reset=true" in critical.message
    assert not host.last.steps


def test_it_unlatches_by_itself_when_the_vpn_is_back():
    host = Host()
    five_restarts(host)
    host.see(NOW + 9000)
    assert (host.vpn.latched_since, host.vpn.verdict) == (None, "healthy")
    assert len(host.told("gluetun_unlatched")) == 1


def test_several_outages_of_an_hour_share_its_budget():
    host = Host(Policy(restart_budget=2))
    host.see(NOW - 5)
    for began in (NOW, NOW + 300, NOW + 600):
        host.see_for(began, began + 60, [down()], [engine(connected=False)])
        host.attempt(began + 60)
        host.see(began + 100)
    host.see_for(NOW + 900, NOW + 960, [down()], [engine(connected=False)])
    assert len(host.vpn.restarts) == 2
    assert host.vpn.latched_since is not None


# Clocks


@pytest.mark.parametrize("jump", [-3600, -60, 3600])
def test_a_clock_that_is_set_loses_no_outage_and_invents_none(jump):
    host = Host()
    host.see(NOW)
    host.see(NOW + jump + 1, tick=NOW + 1)
    assert (host.vpn.verdict, host.vpn.outage_since) == ("healthy", None)
    host.see(NOW + jump + 2, [down()], [engine(connected=False)], tick=NOW + 2)
    host.see(NOW + jump + 3, [down()], [engine(connected=False)], tick=NOW + 3)
    assert host.vpn.outage_since == NOW + jump + 2
    host.see(NOW + 3, [down()], [engine(connected=False)], tick=NOW + 4)
    assert host.vpn.outage_since <= NOW + 3


def test_a_clock_that_is_set_back_in_an_outage_starts_the_ladder_anew():
    host = Host()
    bad = [with_container(down(), started_at=NOW - 9000)]
    host.see(NOW)
    host.see_for(NOW + 1, NOW + 50, bad, [engine(connected=False)])
    assert not host.see(NOW - 3600, bad, [engine(connected=False)], tick=NOW + 51).steps
    assert host.vpn.outage_since == NOW - 3600
    host.see(NOW - 3600 + 35, bad, [engine(connected=False)], tick=NOW + 86)
    assert host.kinds == {"gluetun": "gluetun_cycle"}


def test_a_gluetun_whose_start_lies_ahead_is_left_alone():
    """How long it has been running is not to be told after the clock was set back: it may be starting."""
    host = Host()
    host.see(NOW)
    host.see_for(NOW - 3600, NOW - 3600 + 200, [down()], [engine(connected=False)])
    assert not host.kinds


#: An engine that was started in the middle of the outage, so that the return of the VPN owes it a restart.
OLD_ENGINE = [with_container(engine(), started_at=NOW + 20)]


def test_a_return_owes_the_engines_a_restart():
    host = Host()
    outage(host, ended=NOW + 300, engines=OLD_ENGINE)
    host.see(NOW + 305, engines=OLD_ENGINE)
    assert host.kinds == {"acestream-1": "engine_restart"}


@pytest.mark.parametrize("jump", [-3600, -100, -2])
def test_a_clock_that_was_set_back_after_a_return_restarts_no_engine(jump):
    """Whether the engine was started before or after the return is not to be told any more."""
    host = Host()
    outage(host, ended=NOW + 300, engines=OLD_ENGINE)
    host.see(NOW + 305 + jump, engines=OLD_ENGINE, tick=NOW + 305)
    assert not host.kinds
    assert host.vpn.last_outage is None


def test_a_clock_that_is_corrected_slowly_was_not_set_back():
    host = Host()
    outage(host, ended=NOW + 300, engines=OLD_ENGINE)
    host.see(NOW + 304.5, engines=OLD_ENGINE, tick=NOW + 305)
    assert host.vpn.last_outage == (NOW, NOW + 300)


def test_a_return_that_lies_ahead_after_a_reboot_restarts_no_engine():
    host = Host()
    outage(host, ended=NOW + 300, engines=OLD_ENGINE)
    host.see(NOW + 200, engines=OLD_ENGINE, boot="another", tick=5.0)
    assert not host.kinds
    assert host.vpn.last_outage is None


def test_attempts_are_not_forgotten_when_the_clock_is_set_back():
    host = Host()
    five = tuple(NOW + number for number in range(5))
    host.memory = Memory({"gluetun": GluetunMemory("unhealthy", known="unhealthy", outage_since=NOW, restarts=five)})
    host.see(NOW - 3600, [down()], [engine(connected=False)])
    assert len(host.vpn.restarts) == 5
    assert max(host.vpn.restarts) <= NOW - 3600


def test_attempts_are_forgotten_after_a_day():
    host = Host()
    host.memory = Memory({"gluetun": GluetunMemory("healthy", known="healthy", restarts=(NOW, NOW + 80_000))})
    host.see(NOW + 86_401)
    assert host.vpn.restarts == (NOW + 80_000,)


# An observation that is outdated


def test_an_outdated_observation_changes_nothing():
    host = Host()
    host.see(NOW)
    before = host.memory
    late = look(NOW - 2, [stopped(gluetun())])
    assert assess(before, late, host.policy, NOW + 1) == (before, [])


def test_after_a_reboot_no_observation_is_outdated():
    host = Host()
    host.see(NOW)
    host.see(NOW + 60, [stopped(gluetun())], tick=5.0, boot="another")
    assert host.vpn.verdict == "stopped"


# Whatever happens

policies = st.sampled_from([Policy(), Policy(start_stopped="always"), Policy(restart_engines_on_reconnect="ip_change")])
looks = st.tuples(evidences, st.booleans(), st.floats(0, 100), st.sampled_from([0, 0, 0, 0, -3600, 3600]))


@given(memories, st.lists(looks, min_size=1, max_size=8), policies)
def test_any_story_leaves_a_memory_that_survives(memory, story, policy):
    """From any memory, through any evidence and any clock: nothing raises, and what is remembered can be kept."""
    at = tick = NOW
    host = Host(policy, replace(memory, tick=None))
    for evidence, connected, wait, jump in story:
        tick += wait
        at = max(0.0, at + wait + jump)
        host.see(at, [evidence], [engine(connected=connected)], tick=tick)
        assert from_document(host.memory.as_document()) == host.memory
        outages = [gluetun.outage_since for gluetun in host.memory.gluetuns.values()]
        assert host.vpn.outage_since is None or host.vpn.outage_since <= at
        assert outages is not None
        if host.vpn.verdict in ("unhealthy", "stopped") and not host.vpn.starting and not host.vpn.in_doubt:
            assert host.shown == [name for name in host.shown if host.memory.engines[name].gluetun != "gluetun"]


@given(memories, evidences, policies)
def test_assess_is_pure(memory, evidence, policy):
    observation = look(NOW, [evidence])
    kept = memory.as_document()
    first = assess(memory, observation, policy, NOW)
    assert assess(memory, observation, policy, NOW) == first
    assert memory.as_document() == kept


def test_a_look_that_was_begun_earlier_and_ended_later_undoes_nothing():
    """A slow probe makes a look end late: what else it has seen may be older than what a quick look saw meanwhile."""
    quick = look(1010.0, [gluetun()], began=1009.0)
    slow = look(1011.0, [gluetun(container=None)], began=1006.0)
    memory, _said = assess(Memory(), look(1000.0, [gluetun()], began=999.0), Policy(), 1000.0)
    memory, _said = assess(memory, quick, Policy(), 1010.0)
    assert assess(memory, slow, Policy(), 1011.0) == (memory, [])
