# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A gluetun that Docker starts again and again: one start period for one outage."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._act.desired_gluetun import Wish, choose, hold_back
from ansible_collections.acestream.vpn.plugins.module_utils._assess.pool import shape
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import GluetunMemory
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from hypothesis import given
from hypothesis import strategies as st

from ..core_builders import NOW, Host, down, engine, gluetun, look, stopped, unseen, with_container

QUIET = [engine(connected=False)]


def starting(at, **changes):
    return down(started_at=at, api="unreachable", tunnel_status=None, public_ip=None, **changes)


def waiting(started, ended):
    return stopped(gluetun(), "restarting", started_at=started, finished_at=ended, exit_code=1)


def loop(began, at, lives=5.0, waits=1.0):
    """What a look finds of one that ends a while after each start; the first start is at C(began)."""
    number = int((at - began) // (lives + waits))
    started = began + number * (lives + waits)
    return starting(started) if at < started + lives else waiting(started, started + lives)


def well(policy=None):
    host = Host(policy)
    host.see(NOW)
    return host


def look_at_loop(host, last, every=5.0, lives=5.0, waits=1.0, act=False):
    """Look at a loop that begins at NOW + 1; returns what was planned: seconds after NOW, and the step."""
    made, at = [], NOW + every
    while at <= last:
        host.see(at, [loop(NOW + 1, at, lives, waits)], QUIET)
        made.extend((at - NOW, step.kind) for step in host.last.steps)
        if act:
            host.attempt(at)
        at += every
    return made


# As an outage


def test_it_is_unhealthy_since_it_last_worked_once_it_has_used_up_one_start_period():
    host = well()
    look_at_loop(host, NOW + 55)
    assert (host.vpn.verdict, host.vpn.starting, host.shown) == ("healthy", True, [])
    look_at_loop(host, NOW + 60)
    assert (host.vpn.verdict, host.vpn.starting, host.vpn.outage_since) == ("unhealthy", False, NOW)
    assert "again and again" in host.vpn.why


@pytest.mark.parametrize(("lives", "waits"), [(5.0, 1.0), (0.5, 30.0), (5.0, 0.1), (40.0, 0.1), (70.0, 1.0)])
def test_half_an_hour_of_it_is_one_outage_with_one_line(lives, waits):
    host = well()
    look_at_loop(host, NOW + 1800, lives=lives, waits=waits)
    assert (host.vpn.known, host.shown) == ("unhealthy", [])
    assert len(host.told("gluetun_unhealthy")) == len(host.told("engines_hidden")) == 1
    assert len(host.told("gluetun_restarted")) <= 1
    host.see(NOW + 1805, [gluetun(started_at=NOW + 1802)], QUIET)
    assert (host.vpn.verdict, len(host.told("gluetun_healthy"))) == ("healthy", 2)
    assert host.vpn.last_outage == (NOW, NOW + 1805) or lives == 70.0
    assert (host.vpn.starting_since, host.vpn.first_start, host.vpn.starts_again) == (None, None, False)


def test_the_ladder_has_its_times_and_its_budget():
    host = well()
    made = look_at_loop(host, NOW + 4000, act=True)
    assert {kind for _at, kind in made} == {"gluetun_restart"}
    assert [at for at, _kind in made] == [60, 180, 420, 900, 1860]
    assert len(host.told("gluetun_latched")) == len(host.told("gluetun_unhealthy")) == 1
    assert host.told("gluetun_latched")[0].at == NOW + 3660
    host.see(NOW + 4005, [gluetun(started_at=NOW + 4002)], QUIET)
    assert (host.vpn.latched_since, host.vpn.verdict) == (None, "healthy")


def test_what_is_hardly_ever_seen_to_run_climbs_the_ladder_as_well():
    host = well()
    made = look_at_loop(host, NOW + 500, lives=0.3, waits=9.0, act=True)
    assert len(made) == 3


def test_a_pool_counts_it_as_failed():
    policy = Policy(min_replicas=4)
    host = Host(policy)
    other = gluetun("other", ports=(19000, 19999))
    engines = [engine(f"engine-{number}", of, 19000 + number) for number, of in enumerate(("gluetun", "other") * 2)]
    host.see(NOW, [gluetun(), other], engines)
    for second in range(5, 70, 5):
        host.see(NOW + second, [loop(NOW + 1, NOW + second), other], engines)
    evidence = look(NOW + 65, [loop(NOW + 1, NOW + 65), other], engines)
    assert shape(host.memory.gluetuns, host.memory.engines, evidence, policy, NOW + 65).missing == {"other": 2}


def test_one_that_lets_connections_out_beside_the_tunnel_before_it_ends_is_none_the_better():
    host = well()
    for second in range(5, 70, 5):
        evidence = loop(NOW + 1, NOW + second, lives=5.0, waits=0.001)
        host.see(NOW + second, [replace(evidence, egress="ok", tunnel_interface=False)], QUIET)
    assert (host.vpn.verdict, host.vpn.last_good_at) == ("unhealthy", NOW)


def test_the_first_look_ever_may_be_at_one():
    host = Host()
    for second in range(0, 70, 5):
        host.see(NOW + second, [loop(NOW - 2, NOW + second)], QUIET)
    assert (host.vpn.verdict, host.vpn.outage_since) == ("unhealthy", NOW)


def test_looks_that_are_far_apart_go_on_with_the_same_outage():
    host = well()
    look_at_loop(host, NOW + 70)
    for second in range(350, 4000, 299):
        host.see(NOW + second, [loop(NOW + 1, NOW + second)], QUIET)
        assert (host.vpn.verdict, host.vpn.starting) == ("unhealthy", False)
    assert len(host.told("gluetun_restarted")) == len(host.told("gluetun_unhealthy")) == 1


# What is none


@pytest.mark.parametrize("takes", [2.0, 30.0, 55.0])
def test_a_restart_that_works_within_the_start_period_stays_as_quiet_as_ever(takes):
    host = well()
    for second in range(5, 200, 5):
        works = second >= 1 + takes
        host.see(NOW + second, [gluetun(started_at=NOW + 1) if works else starting(NOW + 1)])
        assert host.vpn.verdict == "healthy"
    assert [item.kind for item in host.said if item.level != "INFO"] == ["gluetun_restarted"]


def test_a_start_by_a_person_is_given_its_whole_period_however_long_it_was_stopped():
    host = well()
    host.see_for(NOW + 5, NOW + 3600, [stopped(gluetun())])
    host.see_for(NOW + 3605, NOW + 3640, [starting(NOW + 3603)])
    host.see_for(NOW + 3645, NOW + 3660, [starting(NOW + 3642)])
    assert (host.vpn.verdict, host.vpn.starting) == ("stopped", True)


def test_starts_that_nobody_looked_between_are_not_counted_together():
    host = well()
    host.see(NOW + 5, [starting(NOW + 1)])
    host.see(NOW + 86400, [starting(NOW + 86399)])
    assert (host.vpn.verdict, host.vpn.starting, host.vpn.starts_again) == ("healthy", True, False)


@pytest.mark.parametrize("evidence", [unseen(), gluetun(egress="unknown", started_at=NOW + 7)])
def test_what_could_not_be_seen_adds_nothing(evidence):
    host = well()
    for second in range(5, 600, 5):
        host.see(NOW + second, [evidence])
        assert host.vpn.known == "healthy"
    assert not host.told("gluetun_unhealthy")


def test_a_new_container_begins_anew():
    host = well()
    look_at_loop(host, NOW + 100)
    host.see(NOW + 105, [with_container(starting(NOW + 104), id="n" * 64)], QUIET)
    assert (host.vpn.starting, host.vpn.starts_again, host.vpn.starting_since) == (True, False, NOW + 105)


# A start of our own


def test_our_own_start_has_its_own_period_before_the_next_rung():
    host = well(Policy(restart_interval=10.0))
    assert look_at_loop(host, NOW + 60)[-1] == (60, "gluetun_restart")
    host.attempt(NOW + 60)
    for second in range(65, 125, 5):
        host.see(NOW + second, [starting(NOW + 62)], QUIET)
        assert (host.vpn.verdict, host.vpn.starting, host.last.steps) == ("unhealthy", second < 122, ())
    host.see(NOW + 125, [starting(NOW + 62)], QUIET)
    assert [step.kind for step in host.last.steps] == ["gluetun_restart"]


def test_docker_s_own_starts_meet_no_demand():
    memory = GluetunMemory("unhealthy", known="unhealthy", starts_again=True)
    wish = Wish(restarted_since=NOW)
    for evidence in (starting(NOW + 5), waiting(NOW + 5, NOW + 6)):
        assert choose(wish, evidence.container, memory).action == "restart"
        assert not hold_back("restart", evidence, True)
        assert choose(wish, evidence.container, replace(memory, restarts=(NOW + 1,))).action == "none"
        assert choose(wish, evidence.container, GluetunMemory()).action == "none"
        assert choose(Wish(), evidence.container, memory).action == "none"


# Whatever its starts and ends


@given(
    st.lists(st.tuples(st.floats(0.2, 50.0), st.floats(0.1, 50.0)), min_size=12, max_size=12),
    st.sampled_from([1.0, 5.0, 10.0, 15.0]),
    st.floats(0.1, 0.9),
)
def test_any_loop_is_one_outage_within_one_start_period_of_when_it_last_worked(lives, every, first):
    host = well()
    turns, at = [], NOW + first * every
    for runs, waits in lives:
        turns.append((at, at + runs))
        at += runs + waits
    number, known = 1, None
    while number * every < 120.0:
        now = NOW + number * every
        started, ended = next(((s, e) for s, e in reversed(turns) if s <= now), (100.0, NOW))
        host.see(now, [starting(started) if now < ended else waiting(started, ended)], QUIET)
        if known is None and host.vpn.known == "unhealthy":
            known = now
        number += 1
    assert known is not None
    # The first start that was seen has its whole period if it lasts: that began within one look.
    over = NOW + host.policy.start_period
    lasts = any(started <= NOW + every and ended > over for started, ended in turns)
    assert known <= over + every * (1 + lasts)
    assert host.vpn.known == "unhealthy"
    assert len([item for item in host.said if item.data.get("outage") == "begins"]) == 1
    assert len(host.told("gluetun_unhealthy")) == 1
    assert len(host.told("gluetun_restarted")) <= 1
    assert NOW <= host.vpn.outage_since <= NOW + every
