# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each row of the table of verdicts, and what holds for any evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._assess.verdict import judge, stopped_by_person
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import VERDICTS, GluetunMemory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Container, GluetunEvidence
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from hypothesis import assume, given
from hypothesis import strategies as st

from ..core_builders import NOW, down, gluetun, stopped, unseen, with_container

POLICY = Policy()
WELL = GluetunMemory("healthy", known="healthy", last_good_at=NOW - 5)


def verdict(evidence, memory=WELL, connected=False, now=NOW, policy=POLICY):
    return judge(memory, evidence, connected, policy, now)


def failing(count, since, memory=WELL):
    """A memory of failed samples, the last a second ago."""
    return replace(memory, failures=count, first_failure_at=since, last_failure_at=NOW - 1)


# Absent, created, exited, paused, dead: stopped at once


@pytest.mark.parametrize("state", ["created", "exited", "paused", "dead", "removing"])
def test_what_does_not_run_is_stopped_at_once(state):
    found = verdict(stopped(gluetun(), state))
    assert (found.verdict, found.in_doubt, found.starting) == ("stopped", False, False)
    assert state in found.why


def test_what_is_absent_is_stopped_at_once():
    assert verdict(replace(unseen(), seen=True)).verdict == "stopped"


def test_why_it_is_stopped_says_code_and_error():
    evidence = stopped(gluetun(), exit_code=128, error="no such device")
    assert verdict(evidence).why == "exited (128): no such device"


# Egress works: healthy, whatever Docker or the API says


@pytest.mark.parametrize("health", ["none", "starting", "healthy", "unhealthy"])
@pytest.mark.parametrize("api", ["ok", "unauthorised", "error", "timeout", "unreachable", "garbage"])
def test_working_egress_is_healthy_whatever_else_is_said(health, api):
    evidence = with_container(gluetun(api=api, tunnel_status="running" if api == "ok" else None), health=health)
    assert verdict(evidence, GluetunMemory()).verdict == "healthy"


@pytest.mark.parametrize("status", ["starting", "stopping", "stopped", "crashed"])
def test_working_egress_long_after_the_start_outweighs_the_tunnel_status(status):
    assert verdict(gluetun(tunnel_status=status)).verdict == "healthy"


# Egress fails: unhealthy after two in a row, unless an engine says that it is connected


def test_one_failed_sample_is_a_doubt():
    found = verdict(down())
    assert (found.verdict, found.in_doubt, found.failures, found.first_failure_at) == ("healthy", True, 1, NOW)


def test_two_in_a_row_are_unhealthy():
    found = verdict(down(), failing(1, NOW - 1))
    assert (found.verdict, found.in_doubt, found.first_failure_at) == ("unhealthy", False, NOW - 1)


@pytest.mark.parametrize("fall", [1, 3, 5])
def test_fall_says_how_many_in_a_row(fall):
    policy, memory = Policy(fall=fall), WELL
    for number in range(1, fall + 1):
        found = verdict(down(), memory, now=NOW + number, policy=policy)
        assert (found.verdict == "unhealthy") == (number == fall)
        memory = replace(
            memory,
            failures=found.failures,
            first_failure_at=found.first_failure_at,
            last_failure_at=found.last_failure_at,
        )


def test_samples_far_apart_are_not_in_a_row():
    memory = replace(failing(1, NOW - 20), last_failure_at=NOW - 16)
    assert verdict(down(), memory).in_doubt


def test_samples_of_two_programs_at_once_count_once():
    memory = replace(failing(1, NOW - 0.3), last_failure_at=NOW - 0.3)
    found = verdict(down(), memory)
    assert (found.verdict, found.in_doubt, found.failures) == ("healthy", True, 1)


def test_an_engine_that_says_connected_delays_the_verdict():
    found = verdict(down(), failing(5, NOW - 14.9), connected=True)
    assert (found.verdict, found.in_doubt) == ("healthy", True)
    assert "an engine says that it is connected" in found.why


def test_but_for_so_long_only():
    assert verdict(down(), failing(5, NOW - 15), connected=True).verdict == "unhealthy"


@pytest.mark.parametrize("status", ["crashed", "stopped"])
@pytest.mark.parametrize("connected", [False, True])
def test_one_failure_suffices_where_the_tunnel_is_known_to_be_down(status, connected):
    found = verdict(down(tunnel_status=status), connected=connected)
    assert found.verdict == "unhealthy"
    assert status in found.why


def test_docker_healthy_and_a_running_tunnel_do_not_hide_an_outage():
    evidence = with_container(down(tunnel_status="running"), health="healthy")
    assert verdict(evidence, failing(1, NOW - 1)).verdict == "unhealthy"


def test_what_is_unhealthy_stays_so_while_samples_fail():
    memory = replace(WELL, verdict="unhealthy", known="unhealthy")
    assert verdict(down(), memory, connected=True).verdict == "unhealthy"


# Restarting, or starting within its start period: the previous verdict, kept


@pytest.mark.parametrize("known", [None, "healthy", "unhealthy", "stopped"])
def test_restarting_keeps_the_verdict(known):
    found = verdict(stopped(gluetun(), "restarting"), GluetunMemory(known=known))
    assert (found.verdict, found.starting) == (known or "unknown", True)


@pytest.mark.parametrize("known", [None, "healthy", "unhealthy", "stopped"])
@pytest.mark.parametrize("egress", ["failed", "unknown"])
def test_a_start_is_given_its_period(known, egress):
    memory = GluetunMemory(known=known, last_good_at=NOW - 100)
    evidence = gluetun(started_at=NOW - 59, egress=egress)
    assert verdict(evidence, memory).starting
    late = verdict(evidence, memory, now=NOW + 1)
    assert not late.starting


def test_a_start_that_has_worked_and_fails_again_is_an_outage():
    evidence = down(started_at=NOW - 30)
    memory = replace(failing(1, NOW - 1), last_good_at=NOW - 10)
    assert verdict(evidence, memory).verdict == "unhealthy"


@pytest.mark.parametrize("changes", [{"tunnel_status": "starting"}, {"tunnel_status": None, "tunnel_interface": False}])
def test_egress_beside_the_tunnel_just_after_a_start_proves_nothing(changes):
    changes = {"tunnel_interface": None, **changes}
    found = verdict(gluetun(started_at=NOW - 1, **changes), replace(WELL, verdict="stopped", known="stopped"))
    assert (found.verdict, found.starting) == ("stopped", True)


def test_egress_with_a_tunnel_just_after_a_start_does():
    assert verdict(gluetun(started_at=NOW - 1)).verdict == "healthy"
    assert verdict(gluetun(started_at=NOW - 1, api="timeout", tunnel_status=None)).verdict == "healthy"


def test_a_start_that_lies_ahead_is_judged_by_what_is_seen():
    """The clock was set back: the start period cannot be measured."""
    later = NOW + 3000
    assert verdict(gluetun(started_at=later, api="timeout", tunnel_status=None)).verdict == "healthy"
    assert verdict(down(started_at=later), failing(1, NOW - 1)).verdict == "unhealthy"
    beside = gluetun(started_at=later, tunnel_status="starting", tunnel_interface=False)
    assert verdict(beside).starting


# Everything else: unknown


@pytest.mark.parametrize("api", ["ok", "unauthorised", "error", "timeout", "unreachable", "garbage"])
@pytest.mark.parametrize("status", [None, "running", "crashed", "stopped"])
def test_without_a_probe_nothing_is_known(api, status):
    evidence = gluetun(egress="unknown", api=api, tunnel_status=status, problems=("no tool to probe with",))
    found = verdict(evidence, failing(1, NOW - 1))
    assert (found.verdict, found.failures, found.why) == ("unknown", 1, "no tool to probe with")


def test_docker_that_does_not_answer_is_unknown():
    assert verdict(unseen()).verdict == "unknown"
    assert verdict(unseen()).why == "Docker did not answer"


# Whatever the evidence

states = st.sampled_from(["created", "running", "paused", "restarting", "removing", "exited", "dead"])
containers = st.builds(
    Container, st.just("g"), st.just("gluetun"), states, st.just(1), st.one_of(st.none(), st.floats(0, 2 * NOW))
)
evidences = st.builds(
    GluetunEvidence,
    st.just("gluetun"),
    seen=st.booleans(),
    container=st.one_of(st.none(), containers),
    egress=st.sampled_from(["ok", "failed", "unknown"]),
    tunnel_interface=st.sampled_from([None, True, False]),
    api=st.sampled_from(["ok", "unauthorised", "error", "timeout", "unreachable", "garbage", "unasked"]),
    tunnel_status=st.sampled_from([None, "starting", "running", "stopping", "stopped", "crashed"]),
)
memories = st.builds(
    GluetunMemory,
    verdict=st.sampled_from(VERDICTS),
    known=st.sampled_from([None, "healthy", "unhealthy", "stopped"]),
    failures=st.integers(0, 9),
    first_failure_at=st.one_of(st.none(), st.floats(0, 2 * NOW)),
    last_failure_at=st.one_of(st.none(), st.floats(0, 2 * NOW)),
    last_good_at=st.one_of(st.none(), st.floats(0, 2 * NOW)),
)


@given(memories, evidences, st.booleans())
def test_what_could_not_be_seen_is_never_a_finding(memory, evidence, connected):
    found = judge(memory, evidence, connected, POLICY, NOW)
    running = evidence.container is not None and evidence.container.running
    if not evidence.seen or (running and evidence.egress == "unknown" and not found.starting):
        assert found.verdict == "unknown"
    assert found.verdict in VERDICTS
    assert found.why


@given(memories, evidences, st.booleans())
def test_working_egress_is_never_unhealthy_unless_kept_from_before(memory, evidence, connected):
    assume(evidence.egress == "ok")
    found = judge(memory, evidence, connected, POLICY, NOW)
    assert found.verdict != "unhealthy" or found.starting


@given(memories, evidences, st.booleans())
def test_healthy_is_said_of_nothing_but_working_egress(memory, evidence, connected):
    found = judge(memory, evidence, connected, POLICY, NOW)
    if found.verdict == "healthy" and not found.starting and not found.in_doubt:
        assert evidence.seen
        assert evidence.container.running
        assert evidence.egress == "ok"


@pytest.mark.parametrize(
    ("state", "policy", "error", "by_person"),
    [
        ("paused", "no", "", True),
        ("exited", "always", "", True),
        ("exited", "unless-stopped", "", True),
        ("exited", "unless-stopped", "cannot join network", False),
        ("exited", "no", "", False),
        ("exited", "on-failure", "", False),
        ("created", "always", "", False),
    ],
)
def test_evidence_that_a_person_stopped_it(state, policy, error, by_person):
    container = stopped(gluetun(), state, restart_policy=policy, error=error).container
    assert stopped_by_person(container) is by_person
