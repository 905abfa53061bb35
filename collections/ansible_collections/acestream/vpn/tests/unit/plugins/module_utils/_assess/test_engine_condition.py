# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is the matter with an engine on a healthy gluetun: each row of the table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._assess.engine_condition import (
    attached_to,
    condition,
    ip_changed,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import EngineMemory, GluetunMemory
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy

from ..core_builders import NOW, STARTED, engine, gluetun, stopped, with_container

WELL = GluetunMemory("healthy", known="healthy")


def recovered(outage=45.0, before="203.0.113.1", after="203.0.113.1", ended=NOW - 10, memory=WELL):
    """The memory of a gluetun that came back ten seconds ago."""
    return replace(
        memory, connected_since=ended, last_outage=(ended - outage, ended), ip_before=before, public_ip=after
    )


def found(evidence, memory=WELL, on=None, policy=None, now=NOW, remembered=None):
    return condition(evidence, on or gluetun(), memory, policy or Policy(), now, remembered)


def test_what_works_where_it_should_be_is_right():
    assert found(engine()).kind == "right"


# Its network mode names another container


def test_another_container_id_means_recreate_whatever_its_state_and_streams():
    gone = "container:" + "x" * 64
    for evidence in (engine(streams=3), stopped(engine(), "created"), stopped(engine(), error="No such container")):
        assert found(with_container(evidence, network_mode=gone)).kind == "recreate"


def test_a_name_in_the_network_mode_is_as_good_as_the_id():
    assert found(with_container(engine(), network_mode="container:gluetun")).kind == "right"


@pytest.mark.parametrize("mode", ["bridge", "host", "none", "container:", ""])
def test_an_engine_with_a_network_of_its_own_is_held(mode):
    assert found(with_container(engine(), network_mode=mode)).kind == "held"
    assert attached_to(with_container(engine(), network_mode=mode).container) is None


def test_a_recreation_that_was_cut_short_is_completed():
    assert found(replace(engine(), aside=True)).kind == "recreate"
    assert found(replace(engine(), aside=True, container=None)).kind == "recreate"


def test_an_engine_that_is_gone_is_held():
    assert found(replace(engine(), container=None)).kind == "held"


# It does not run


def test_created_and_failed_starts_are_started():
    assert found(stopped(engine(), "created")).kind == "start"
    assert (
        found(stopped(engine(), exit_code=128, error="cannot join network of a non running container")).kind == "start"
    )
    assert found(stopped(engine(), restart_policy="no")).kind == "start"


@pytest.mark.parametrize(("mode", "kind"), [("auto", "held"), ("always", "start"), ("never", "held")])
def test_what_a_person_stopped_is_started_by_always_alone(mode, kind):
    policy = Policy(start_stopped=mode)
    assert found(stopped(engine(), exit_code=0), policy=policy).kind == kind


@pytest.mark.parametrize(("mode", "kind"), [("auto", "held"), ("always", "start"), ("never", "held")])
def test_what_a_person_paused_is_not_fought(mode, kind):
    assert found(stopped(engine(), "paused"), policy=Policy(start_stopped=mode)).kind == kind


def test_never_starts_nothing():
    policy = Policy(start_stopped="never")
    for evidence in (stopped(engine(), "created"), stopped(engine(), error="cannot join")):
        assert found(evidence, policy=policy).kind == "held"


@pytest.mark.parametrize("state", ["dead", "removing"])
def test_what_docker_gave_up_is_held(state):
    assert found(stopped(engine(), state), policy=Policy(start_stopped="always")).kind == "held"


def test_what_docker_restarts_is_left_to_docker():
    assert found(stopped(engine(), "restarting")).kind == "unknown"


# It is stranded


def test_another_namespace_is_stranded_however_well_it_looks():
    assert found(engine(netns="4:0")).kind == "stranded"


def test_started_before_its_gluetun_is_stranded_where_no_namespace_can_be_seen():
    assert found(engine(netns=None, started_at=STARTED - 1)).kind == "stranded"
    assert found(engine(netns=None, started_at=STARTED + 1)).kind == "right"


def test_starts_on_both_sides_of_a_clock_set_back_tell_nothing():
    """The gluetun may have been started again since the clock was set back, or long before."""
    late = with_container(engine(netns=None), started_at=NOW + 1000)
    assert found(late).kind == "unknown"
    assert found(late, now=NOW + 1000).kind == "right"
    assert found(with_container(engine(), started_at=NOW + 1000)).kind == "right"


def test_started_before_its_gluetun_in_the_same_namespace_is_not():
    assert found(engine(started_at=STARTED - 1)).kind == "right"


def test_a_gluetun_start_that_lies_ahead_says_nothing():
    assert found(engine(netns=None), on=gluetun(started_at=NOW + 3000)).kind == "right"


def test_stranded_asks_for_a_start_after_its_gluetuns():
    assert found(engine(netns="4:0")).since == STARTED


# It does not work


@pytest.mark.parametrize("changes", [{"api": "failed", "connected": None}, {"connected": False}])
def test_an_engine_that_does_not_work_is_failing(changes):
    assert found(engine(**changes)).kind == "failing"


def test_not_connected_while_dns_is_dead_is_no_fault_of_the_engine():
    assert found(engine(connected=False), on=gluetun(dns="failed")).kind == "held"
    assert found(engine(connected=False), on=gluetun(dns="unknown")).kind == "failing"


@pytest.mark.parametrize("changes", [{"api": "unknown", "connected": None}, {"connected": None}])
def test_an_engine_that_could_not_be_asked_is_unknown(changes):
    assert found(engine(**changes)).kind == "unknown"


def test_an_engine_that_could_not_be_seen_is_unknown():
    assert found(replace(engine(), seen=False, container=None, problems=("Docker hangs",))).why == "Docker hangs"


# It was started before the VPN came back


@pytest.mark.parametrize(
    ("mode", "outage", "after", "kind"),
    [
        ("always", 45, "203.0.113.1", "reconnect"),
        ("always", 30, "203.0.113.1", "reconnect"),
        ("always", 29.9, "203.0.113.1", "right"),
        ("always", 29.9, "203.0.113.2", "reconnect"),
        ("always", 45, None, "reconnect"),
        ("always", 10, None, "right"),
        ("ip_change", 45, "203.0.113.1", "right"),
        ("ip_change", 45, "203.0.113.2", "reconnect"),
        ("ip_change", 5, "203.0.113.2", "reconnect"),
        ("ip_change", 45, None, "unknown"),
        ("ip_change", 10, None, "right"),
        ("never", 45, "203.0.113.2", "right"),
        ("never", 45, "203.0.113.1", "right"),
    ],
)
def test_reconnect_by_policy(mode, outage, after, kind):
    policy = Policy(restart_engines_on_reconnect=mode)
    memory = recovered(outage, after=after)
    said = found(engine(), memory, policy=policy)
    assert said.kind == kind
    assert kind != "reconnect" or said.since == memory.connected_since


def test_an_ip_that_stays_unknown_is_not_waited_for_for_ever():
    policy = Policy(restart_engines_on_reconnect="ip_change")
    memory = recovered(after=None)
    assert found(engine(), memory, policy=policy, now=NOW + 49).kind == "unknown"
    assert found(engine(), memory, policy=policy, now=NOW + 51).kind == "right"


def test_what_was_started_since_is_right():
    assert found(engine(started_at=NOW - 10), recovered()).kind == "right"


def test_no_outage_that_was_seen_owes_nothing():
    assert found(engine(), replace(WELL, connected_since=NOW - 10)).kind == "right"


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [("a", "b", True), ("a", "a", False), (None, "a", None), ("a", None, None), ("a", "", None), (None, None, None)],
)
def test_an_ip_that_is_not_known_has_not_changed(before, after, changed):
    assert ip_changed(GluetunMemory(ip_before=before, public_ip=after)) is changed


# Its port was assumed


def test_silence_at_an_assumed_port_is_no_fault_of_the_engine():
    silent = engine(port=6878, api="failed", connected=None, http_port_assumed=True)
    held = found(silent)
    assert held.kind == "held"
    assert "declare its http_port" in held.why
    assert "6878" in held.why
    assert found(replace(silent, http_port_assumed=False)).kind == "failing"


def test_a_port_at_which_it_has_answered_is_no_mere_assumption():
    silent = engine(port=6878, api="failed", connected=None, http_port_assumed=True)
    assert found(silent, remembered=EngineMemory("gluetun", answered_at_port=6878)).kind == "failing"
    assert found(silent, remembered=EngineMemory("gluetun", answered_at_port=19000)).kind == "held"


def test_what_answers_at_an_assumed_port_is_an_engine():
    assert found(engine(port=6878, http_port_assumed=True)).kind == "right"
    assert found(engine(port=6878, http_port_assumed=True, connected=False)).kind == "failing"


def test_an_engine_without_a_port_of_its_own_is_held_and_its_network_is_mended_all_the_same():
    lost = engine(port=None, api="unknown", connected=None, http_port_assumed=True, problems=("it is another's",))
    assert found(lost) == found(replace(lost, streams=None))
    assert (found(lost).kind, found(lost).why) == ("held", "it is another's")
    assert found(replace(lost, netns="4:0")).kind == "stranded"
    assert found(lost, recovered()).kind == "reconnect"
