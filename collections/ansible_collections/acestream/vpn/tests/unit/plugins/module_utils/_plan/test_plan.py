# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan: what is due now, and what comes next."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import GluetunMemory
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._plan.plan import Plan, plan
from hypothesis import given
from hypothesis import strategies as st

from .._assess.test_verdict import evidences
from .._model.test_memory import memories
from ..core_builders import NOW, STARTED, Host, down, engine, gluetun, look, outage, stopped, unseen, with_container

QUIET = [engine(connected=False)]


def waits(found):
    """What is pending, and when."""
    return {item.what.split(":")[0]: item.at for item in found.pending}


def test_a_healthy_host_is_settled():
    host = Host()
    assert host.see(NOW) == Plan()
    assert host.last.settled


@pytest.mark.parametrize("port", [6878, None])
def test_no_run_stays_for_an_engine_whose_port_is_not_known(port):
    api = "unknown" if port is None else "failed"
    lost = engine(port=port, api=api, connected=None, http_port_assumed=True, problems=("declare http_port",))
    host = Host()
    for second in range(0, 4000, 50):
        found = host.see(NOW + second, engines=[lost, engine("other")])
        assert found.settled
        assert not found.steps
    assert not host.memory.engines[lost.name].shown
    assert "declare" in host.memory.engines[lost.name].reason
    assert [item.engine for item in found.pending] == [lost.name]


def test_an_engine_that_answered_at_an_assumed_port_is_mended_like_any_other():
    well = engine(port=6878, http_port_assumed=True)
    host = Host()
    assert host.see(NOW, engines=[well]).settled
    broken = replace(well, api="failed", connected=None)
    host.see_for(NOW + 1, NOW + 62, engines=[broken], every=1)
    assert [step.kind for step in host.last.steps] == ["engine_restart"]


# An outage, step by step


def test_the_ladder_of_an_outage_each_deadline_acted_on_once():
    host = Host()
    host.see(NOW - 1)
    made = []
    for second in range(1000):
        host.see(NOW + second, [down()], QUIET)
        made.extend((second, step.kind) for step in host.last.steps)
        host.attempt(NOW + second)
    assert made == [
        (30, "gluetun_cycle"),
        (60, "gluetun_restart"),
        (180, "gluetun_restart"),
        (420, "gluetun_restart"),
        (900, "gluetun_restart"),
    ]


def test_two_runs_that_look_at_once_ask_for_the_same():
    host = Host()
    host.see(NOW - 1)
    host.see_for(NOW, NOW + 61, [down()], QUIET, every=1)
    (first,) = host.last.steps
    (second,) = host.see(NOW + 65, [down()], QUIET).steps
    assert first.since == second.since == NOW + 60


def test_nothing_is_done_before_its_time_and_the_next_is_named():
    host = Host()
    host.see(NOW - 1)
    found = host.see_for(NOW, NOW + 29, [down()], QUIET, every=1)
    assert not found.steps
    assert waits(found) == {"cycle the tunnel": NOW + 30, "restart the container": NOW + 60}
    assert not found.settled


@pytest.mark.parametrize("changes", [{"api": "unauthorised"}, {"api": "timeout"}, {"tunnel_status": "crashed"}])
def test_a_tunnel_that_cannot_be_cycled_waits_for_the_restart(changes):
    host = Host()
    host.see(NOW - 1)
    assert not host.see_for(NOW, NOW + 59, [down(**changes)], QUIET).steps
    assert [step.kind for step in host.see(NOW + 60, [down(**changes)], QUIET).steps] == ["gluetun_restart"]


def test_a_restart_by_somebody_else_counts():
    host = Host()
    host.see(NOW - 1)
    host.see_for(NOW, NOW + 50, [down()], QUIET)
    by_person = down(started_at=NOW + 61)
    host.see_for(NOW + 122, NOW + 130, [by_person], QUIET, every=1)
    assert host.vpn.verdict == "unhealthy"
    assert not [step for step in host.last.steps if step.kind == "gluetun_restart"]
    assert waits(host.last)["restart the container"] == NOW + 180


def test_the_same_outage_on_another_gluetun_is_its_own():
    host = Host()
    both = [gluetun("one"), gluetun("two")]
    engines = [engine("a", "one", connected=False), engine("b", "two", connected=False)]
    host.see(NOW - 1, both, engines)
    host.see_for(NOW, NOW + 61, [down(name="one"), gluetun("two")], engines, every=1)
    assert host.kinds["one"] == "gluetun_restart"
    assert "two" not in host.kinds


def test_a_short_outage_restarts_nothing():
    host = Host()
    found = outage(host, ended=NOW + 29.5)
    assert (found.steps, found.settled) == ((), True)


# Unknown never leads to a step


@pytest.mark.parametrize("evidence", [unseen(), gluetun(egress="unknown"), gluetun(egress="unknown", api="timeout")])
@pytest.mark.parametrize("before", [gluetun(), down()], ids=["was healthy", "was unhealthy"])
def test_unknown_leads_to_no_step_however_long_it_lasts(evidence, before):
    host = Host()
    host.see(NOW - 1)
    host.see_for(NOW, NOW + 5, [before], QUIET, every=1)
    found = host.see_for(NOW + 6, NOW + 4000, [evidence], [engine(netns="4:0")], every=60)
    assert found.steps == ()
    assert "nothing is done, for nothing is known" in waits(found)


@given(memories, evidences, st.sampled_from(["4:1", "4:0", None]), st.booleans(), st.integers(0, 3))
def test_no_memory_makes_a_step_out_of_what_is_unknown(memory, evidence, netns, connected, streams):
    host = Host(memory=replace(memory, tick=None))
    host.see(NOW, [evidence], [engine(netns=netns, connected=connected, streams=streams)])
    if host.vpn.verdict == "unknown" or host.vpn.in_doubt or host.vpn.starting:
        assert host.last.steps == ()
    for step in host.last.steps:
        assert step.since <= NOW
        if step.engine is None:
            assert host.vpn.verdict in ("unhealthy", "stopped")
            assert host.vpn.latched_since is None
            assert evidence.container is not None
        else:
            assert host.vpn.verdict == "healthy"
            assert evidence.container.running
            assert evidence.egress == "ok"


def test_an_outdated_observation_has_no_steps():
    host = Host()
    host.see(NOW - 1)
    host.see_for(NOW, NOW + 61, [down()], QUIET)
    late = look(NOW + 30, [down()], QUIET)
    found = plan(host.memory, late, host.policy, NOW + 61)
    assert (found.steps, found.settled) == ((), False)


def test_a_doubt_is_looked_into_and_a_start_is_waited_for():
    host = Host()
    host.see(NOW)
    assert [item.watch for item in host.see(NOW + 1, [down()], QUIET).pending] == [True]
    found = host.see(NOW + 20, [down(started_at=NOW + 10)], QUIET)
    assert [(item.at, item.watch) for item in found.pending] == [(NOW + 70, True)]


# A gluetun that does not run


def crashed(**changes):
    return stopped(gluetun(), exit_code=1, restart_policy="no", **changes)


def test_a_gluetun_that_ended_by_itself_is_started_at_once_and_then_by_the_ladder():
    host = Host()
    host.see(NOW - 1)
    made = []
    for second in range(500):
        host.see(NOW + second, [crashed()])
        made.extend((second, step.kind) for step in host.last.steps)
        host.attempt(NOW + second)
    assert made == [(second, "gluetun_start") for second in (0, 60, 180, 420)]


@pytest.mark.parametrize(
    ("mode", "state", "error", "starts"),
    [
        ("auto", "exited", "", False),
        ("auto", "exited", "no space left on device", True),
        ("auto", "created", "", True),
        ("auto", "paused", "", False),
        ("always", "exited", "", True),
        ("always", "paused", "", True),
        ("always", "dead", "", False),
        ("never", "exited", "no space left on device", False),
        ("never", "created", "", False),
        ("never", "paused", "", False),
    ],
)
def test_start_stopped(mode, state, error, starts):
    """Its restart policy is unless-stopped: Docker itself would have started it, had nobody stopped it."""
    host = Host(Policy(start_stopped=mode))
    host.see(NOW)
    found = host.see(NOW + 1, [stopped(gluetun(), state, error=error)])
    assert [step.kind for step in found.steps] == (["gluetun_start"] if starts else [])
    if not starts:
        assert found.settled
        assert "left alone" in found.pending[0].what


def test_a_gluetun_that_is_gone_is_a_persons_to_create():
    host = Host()
    host.see(NOW)
    found = host.see(NOW + 1, [replace(unseen(), seen=True)])
    assert not found.steps
    assert "create it" in found.pending[0].what


def test_no_engine_is_touched_while_its_gluetun_does_not_run():
    host = Host(Policy(start_stopped="always"))
    host.see(NOW)
    for evidence in (stopped(gluetun(), "restarting"), stopped(gluetun()), stopped(gluetun(), "dead")):
        found = host.see(NOW + 1, [evidence], [stopped(engine(), error="cannot join")])
        assert not [step for step in found.steps if step.engine]


# Latched


def test_latched_waits_for_a_person():
    host = Host()
    host.see(NOW - 1)
    host.see_for(NOW, NOW + 20, [down()], QUIET)
    host.memory = replace(host.memory, gluetuns={"gluetun": replace(host.vpn, latched_since=NOW + 10)})
    found = host.see_for(NOW + 21, NOW + 4000, [down()], QUIET, every=60)
    assert (found.steps, found.settled) == ((), True)
    assert "latched" in waits(found)


# Engines of a gluetun that is back


@pytest.mark.parametrize(
    ("evidence", "kind", "scenario"),
    [
        (
            with_container(engine(streams=5), network_mode="container:" + "x" * 64),
            "engine_recreate",
            "container_restart",
        ),
        (stopped(engine(), "created"), "engine_start", "container_restart"),
        (stopped(engine(), error="cannot join network"), "engine_start", "container_restart"),
        (engine(netns="4:0", streams=5), "engine_restart", "container_restart"),
        (replace(engine(), aside=True, container=None), "engine_recreate", "container_restart"),
    ],
)
def test_what_cannot_mend_itself_is_mended_at_once_whatever_its_streams(evidence, kind, scenario):
    host = Host()
    (step,) = host.see(NOW, engines=[evidence]).steps
    assert (step.kind, step.scenario, step.since, step.drain_until) == (kind, scenario, STARTED, None)


def test_after_a_long_outage_each_engine_is_restarted_once():
    host = Host()
    (step,) = outage(host).steps
    assert (step.kind, step.scenario, step.since) == ("engine_restart", "connection_loss", NOW + 45)
    host.attempt(NOW + 45)
    assert not host.see(NOW + 46).steps
    assert host.see(NOW + 50, engines=[engine(started_at=NOW + 46)]).settled


def test_an_attempt_without_effect_is_repeated_by_the_ladder():
    host = Host()
    outage(host)
    made = []
    for second in range(45, 500):
        host.see(NOW + second)
        made.extend([second - 45] * len(host.last.steps))
        host.attempt(NOW + second)
    assert made == [0, 60, 180, 420]


@pytest.mark.parametrize("streams", [1, 7, None])
def test_a_restart_waits_for_live_streams_and_for_those_that_cannot_be_counted(streams):
    host = Host()
    busy = [engine(streams=streams)]
    found = outage(host, engines=busy)
    assert not found.steps
    assert found.pending[0].at == NOW + 45 + 600
    host.see_for(NOW + 50, NOW + 640, engines=busy, every=30)
    assert not host.last.steps
    (step,) = host.see(NOW + 645, engines=busy).steps
    assert step.drain_until == NOW + 645


def test_a_restart_is_made_as_soon_as_streams_end():
    host = Host()
    outage(host, engines=[engine(streams=1)])
    (step,) = host.see(NOW + 100, engines=[engine(streams=0)]).steps
    assert step.since == NOW + 45


def test_draining_goes_on_across_programs_that_share_the_memory():
    host = Host()
    outage(host, engines=[engine(streams=1)])
    later = Host(memory=host.memory)
    assert later.see(NOW + 300, engines=[engine(streams=1)]).pending[0].at == NOW + 645


@pytest.mark.parametrize(
    ("mode", "new_ip", "restarted"),
    [("always", False, True), ("ip_change", False, False), ("ip_change", True, True), ("never", True, False)],
)
def test_restart_engines_on_reconnect(mode, new_ip, restarted):
    host = Host(Policy(restart_engines_on_reconnect=mode))
    back = gluetun(public_ip="203.0.113.99") if new_ip else gluetun()
    assert bool(outage(host, after=[back]).steps) is restarted


def test_an_engine_that_fails_is_given_a_minute_and_its_streams_are_drained():
    host = Host()
    bad = [engine(connected=False, streams=1)]
    assert not host.see_for(NOW, NOW + 59, engines=bad).steps
    assert not host.see_for(NOW + 60, NOW + 599, engines=bad, every=30).steps
    (step,) = host.see(NOW + 600, engines=bad).steps
    assert (step.kind, step.drain_until) == ("engine_restart", NOW + 600)


def test_an_engine_of_no_gluetun_of_ours_is_left_alone():
    host = Host()
    assert host.see(NOW, engines=[engine(of="another", netns="4:0")]).steps == ()


def test_a_step_never_asks_for_a_moment_that_lies_ahead():
    """The gluetun was started before the clock was set back: no restart would ever be late enough."""
    host = Host()
    gone = with_container(engine(), network_mode="container:" + "x" * 64)
    (step,) = host.see(NOW, [gluetun(started_at=NOW + 3000)], [gone]).steps
    assert step.since == NOW


def test_it_is_plain_enough_for_a_module():
    host = Host()
    found = outage(host).as_dict()
    assert found["steps"][0]["engine"] == "acestream-1"
    assert found["next"] == []


def test_a_gluetun_that_was_never_assessed_has_no_plan():
    host = Host()
    assert plan(host.memory, look(NOW), host.policy, NOW) == Plan()
    assert GluetunMemory().known is None
