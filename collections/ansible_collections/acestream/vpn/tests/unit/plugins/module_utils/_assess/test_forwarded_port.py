# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The forwarded port: lost, back, another one, and how seldom anything is done for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..core_builders import NOW, Host, down, engine, gluetun, with_container

LOST = [gluetun(forwarded_port=0)]
KINDS = ("port_lost", "port_obtained")


def forwarded(p2p_port=45001, **changes):
    return engine(forwarded=True, p2p_port=p2p_port, **changes)


def said(host):
    return [f"{item.level}: {item.message}" for item in host.said if item.kind in KINDS]


def lost_for(host, seconds, gluetuns=None):
    """The port was there, and is gone for so long."""
    host.see(NOW)
    host.see_for(NOW + 5, NOW + 5 + seconds, gluetuns or LOST)
    return NOW + 5


def test_the_messages_are_those_of_the_specification():
    host = Host()
    at = lost_for(host, 30)
    host.see(at + 40, [gluetun(forwarded_port=54321)])
    host.see(at + 45, [gluetun(forwarded_port=54321)])
    assert said(host) == [
        "WARN: Forwarded port lost, P2P performance degraded",
        "INFO: New forwarded port obtained: 54321",
    ]


def test_a_moment_without_a_port_is_no_loss():
    host = Host()
    lost_for(host, 5)
    host.see(NOW + 15)
    assert said(host) == []
    assert host.vpn.port_lost_since is None


def test_another_port_is_said_at_once():
    host = Host()
    host.see(NOW)
    host.see(NOW + 5, [gluetun(forwarded_port=45002)])
    assert said(host) == ["INFO: New forwarded port obtained: 45002"]


def test_a_gluetun_that_never_had_one_misses_none():
    host = Host()
    host.see_for(NOW, NOW + 900, LOST)
    assert said(host) == []
    assert not host.last.steps
    assert host.last.settled


def test_one_whose_forwarded_engine_waits_for_it_does():
    """It was lost before anybody looked."""
    host = Host()
    host.see_for(NOW, NOW + 120, LOST, [forwarded()])
    assert said(host) == ["WARN: Forwarded port lost, P2P performance degraded"]
    assert host.kinds == {"gluetun": "gluetun_cycle"}


def test_what_is_not_known_is_not_lost():
    host = Host()
    host.see(NOW)
    host.see_for(NOW + 5, NOW + 900, [gluetun(forwarded_port=None, api="unauthorised", tunnel_status=None)])
    assert said(host) == []
    assert not host.last.steps


def test_the_loss_in_an_outage_is_the_outage_s():
    host = Host()
    host.see(NOW)
    host.see_for(NOW + 5, NOW + 25, [down(forwarded_port=0)], [engine(connected=False)])
    assert host.vpn.port_lost_since is None
    assert said(host) == []


def test_the_tunnel_is_cycled_after_two_minutes_and_never_the_container():
    host = Host()
    at = lost_for(host, 115)
    assert not host.kinds
    host.see(at + 120, LOST)
    assert host.kinds == {"gluetun": "gluetun_cycle"}
    assert host.last.steps[0].scenario == "port_forwarding"
    host.attempt(at + 120)
    host.see(at + 125, LOST)
    assert not host.kinds


@pytest.mark.parametrize("changes", [{"api": "timeout"}, {"tunnel_status": "stopped"}, {"tunnel_status": "crashed"}])
def test_what_cannot_be_cycled_is_not(changes):
    host = Host()
    lost_for(host, 300, [gluetun(forwarded_port=0, **changes)])
    assert not host.kinds


def test_a_start_of_the_container_begins_the_wait_anew():
    host = Host()
    at = lost_for(host, 115)
    anew = [with_container(LOST[0], started_at=at + 116)]
    host.see(at + 185, anew)
    assert host.vpn.port_lost_since == at + 185
    assert not host.kinds


def test_cycles_for_the_port_have_the_budget_of_restarts():
    host = Host()
    host.see(NOW)
    made, at = 0, NOW + 5
    while at < NOW + 3600:
        host.see(at, LOST)
        made += len(host.last.steps)
        host.attempt(at)
        at += 5
    assert made == host.policy.restart_budget


def test_the_forwarded_engine_gets_a_port_that_has_settled():
    host, other = Host(), [gluetun(forwarded_port=45002)]
    host.see(NOW, engines=[forwarded()])
    host.see(NOW + 5, other, [forwarded()])
    assert not host.last.steps
    assert not host.last.settled, "a run that has time waits for it"
    host.see(NOW + 35, other, [forwarded()])
    (step,) = host.last.steps
    assert (step.kind, step.engine, step.p2p_port) == ("engine_recreate", "acestream-1", 45002)
    host.see(NOW + 40, other, [forwarded(45002)])
    assert not host.last.steps


def test_no_other_engine_is_touched_for_it():
    host = Host()
    host.see(NOW, engines=[engine(p2p_port=46000)])
    host.see_for(NOW + 5, NOW + 600, [gluetun(forwarded_port=45002)], [engine(p2p_port=46000)])
    assert not host.last.steps


def test_streams_put_it_off_and_it_gets_no_new_ones_meanwhile():
    host, other = Host(), [gluetun(forwarded_port=45002)]
    busy = [forwarded(streams=1), engine("acestream-2", port=19001)]
    host.see(NOW, engines=busy)
    host.see_for(NOW + 5, NOW + 60, other, busy)
    assert not host.last.steps
    assert host.shown == ["acestream-2"]
    host.see(NOW + 65, other, [forwarded(), busy[1]])
    assert host.kinds == {"acestream-1": "engine_recreate"}


def test_streams_put_it_off_for_so_long_and_no_longer():
    host, other = Host(), [gluetun(forwarded_port=45002)]
    busy = [forwarded(streams=1), engine("acestream-2", port=19001)]
    host.see(NOW, engines=busy)
    host.see_for(NOW + 5, NOW + 630, other, busy)
    assert not host.last.steps
    host.see(NOW + 636, other, busy)
    assert host.kinds == {"acestream-1": "engine_recreate"}


def test_the_only_engine_stays_on_show_and_goes_when_it_is_idle():
    host, other, busy = Host(), [gluetun(forwarded_port=45002)], [forwarded(streams=1)]
    host.see(NOW, engines=busy)
    host.see_for(NOW + 5, NOW + 900, other, busy)
    assert (host.kinds, host.shown) == ({}, ["acestream-1"])
    host.see(NOW + 905, other, [forwarded(streams=0)])
    assert host.kinds == {"acestream-1": "engine_recreate"}


@given(st.integers(20, 300))
def test_a_port_that_flaps_recreates_once_in_ten_minutes(every):
    host, recreated, port = Host(), [], 45001
    for at in range(int(NOW), int(NOW) + 3000, 10):
        world = [gluetun(forwarded_port=46000 + (at - int(NOW)) // every)]
        host.see(float(at), world, [forwarded(port)])
        for step in host.last.steps:
            recreated.append(at)
            port = step.p2p_port
            given_now = {"acestream-1": replace(host.memory.engines["acestream-1"], port_given_at=float(at))}
            host.memory = replace(host.memory, engines=given_now)
    assert all(recreated[at + 1] - recreated[at] >= 600 for at in range(len(recreated) - 1))
    assert recreated or every <= 30


def test_an_engine_that_is_recreated_anyhow_gets_the_right_port_with_it():
    host = Host()
    host.see(NOW)
    gone = with_container(forwarded(), network_mode="container:" + "o" * 64)
    host.see(NOW + 5, [gluetun(forwarded_port=45002)], [gone])
    (step,) = host.last.steps
    assert (step.kind, step.scenario, step.p2p_port) == ("engine_recreate", "container_restart", 45002)
