# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a gluetun needs: each demand is met by one attempt, and nothing is done on a guess."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._act import desired_gluetun as want
from ansible_collections.acestream.vpn.plugins.module_utils._act.desired_gluetun import Wish, choose, hold_back
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import GluetunMemory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Container, GluetunEvidence
from hypothesis import given
from hypothesis import strategies as st

RUNNING = Container("g" * 64, "gluetun", "running", 10, 100.0)
EXITED = replace(RUNNING, state="exited")
FRESH = GluetunMemory()

states = st.sampled_from(["created", "running", "paused", "restarting", "removing", "exited", "dead"])
times = st.one_of(st.none(), st.floats(0, 2000))
attempts = st.lists(st.floats(0, 2000), max_size=3).map(tuple)
containers = st.one_of(
    st.none(), st.builds(Container, st.just("g" * 64), st.just("gluetun"), states, st.just(1), times)
)
memories = st.builds(
    lambda cycles, restarts, again: GluetunMemory(cycles=cycles, restarts=restarts, starts_again=again),
    attempts,
    attempts,
    st.booleans(),
)
wishes = st.builds(Wish, st.sampled_from(want.STATES), times, times)


@given(st.floats(0, 2000), containers, memories)
def test_an_attempt_meets_the_demand_whatever_came_of_it(since, container, memory):
    tried = replace(memory, restarts=(*memory.restarts, since))
    assert choose(Wish(restarted_since=since), container, tried).action in (want.NOTHING, want.IMPOSSIBLE)
    tried = replace(memory, cycles=(*memory.cycles, since))
    assert choose(Wish(cycled_since=since), container, tried).action != want.CYCLE


@given(wishes, containers, memories)
def test_a_running_one_is_restarted_only_on_demand(wish, container, memory):
    choice = choose(wish, container, memory)
    if choice.action == want.RESTART:
        assert wish.restarted_since is not None
        met = container.started_at is not None and container.started_at >= wish.restarted_since
        # Docker's own starts of one that ends again and again meet no demand.
        assert not met or memory.starts_again
    if choice.action == want.CYCLE:
        assert container.running
        assert wish.cycled_since is not None
    assert choice.why or choice.action not in (want.NOTHING, want.IMPOSSIBLE)


@given(wishes, containers, memories)
def test_stopped_is_never_started(wish, container, memory):
    choice = choose(replace(wish, state=want.STOPPED), container, memory)
    assert choice.action in (want.STOP, want.NOTHING, want.IMPOSSIBLE)


@pytest.mark.parametrize(
    ("wish", "container", "memory", "action"),
    [
        (Wish(), RUNNING, FRESH, "none"),
        (Wish(), EXITED, FRESH, "start"),
        (Wish(), replace(RUNNING, state="paused"), FRESH, "unpause"),
        (Wish(), replace(RUNNING, state="restarting"), FRESH, "none"),
        (Wish(), replace(RUNNING, state="dead"), FRESH, "impossible"),
        (Wish(), None, FRESH, "impossible"),
        (Wish("connected"), EXITED, FRESH, "start"),
        (Wish("connected"), RUNNING, FRESH, "none"),
        (Wish("stopped"), RUNNING, FRESH, "stop"),
        (Wish("stopped"), EXITED, FRESH, "none"),
        (Wish(restarted_since=200.0), RUNNING, FRESH, "restart"),
        (Wish(restarted_since=100.0), RUNNING, FRESH, "none"),
        (Wish(restarted_since=200.0), RUNNING, GluetunMemory(restarts=(199.0,)), "restart"),
        (Wish(restarted_since=200.0), RUNNING, GluetunMemory(restarts=(200.0,)), "none"),
        (Wish(restarted_since=100.0), EXITED, FRESH, "start"),  # it was started since, and does not run
        (Wish(restarted_since=100.0), EXITED, GluetunMemory(restarts=(100.0,)), "none"),
        (Wish(cycled_since=200.0), RUNNING, FRESH, "cycle"),
        (Wish(cycled_since=200.0), RUNNING, GluetunMemory(restarts=(201.0,)), "none"),
        (Wish(cycled_since=200.0), EXITED, FRESH, "none"),
        (Wish(cycled_since=200.0, restarted_since=250.0), RUNNING, FRESH, "restart"),
    ],
)
def test_table(wish, container, memory, action):
    assert choose(wish, container, memory).action == action


@pytest.mark.parametrize(
    ("action", "unless_healthy", "changes", "held"),
    [
        ("restart", True, {"egress": "ok"}, "egress works"),
        ("restart", False, {"egress": "ok"}, ""),
        ("restart", True, {"egress": "failed"}, ""),
        ("restart", True, {"egress": "unknown"}, "nothing is done on a guess"),
        ("restart", True, {"egress": "failed", "api": "unauthorised"}, ""),
        ("cycle", True, {"egress": "failed", "api": "ok", "tunnel_status": "running"}, ""),
        ("cycle", True, {"egress": "failed", "api": "unauthorised"}, "cannot be cycled"),
        ("cycle", False, {"egress": "ok", "api": "timeout"}, "cannot be cycled"),
        ("cycle", True, {"egress": "failed", "api": "ok", "tunnel_status": "crashed"}, "a restart does"),
    ],
)
def test_last_look(action, unless_healthy, changes, held):
    said = hold_back(action, GluetunEvidence("gluetun", **changes), unless_healthy)
    assert held in said
    assert bool(said) == bool(held)


WORKS = {"egress": "ok", "api": "ok", "tunnel_status": "running"}


@pytest.mark.parametrize(
    ("changes", "held"),
    [
        ({"forwarded_port": 0}, ""),
        ({"forwarded_port": 45001}, "45001 is forwarded"),
        ({"forwarded_port": None}, "not all is known"),
        ({"forwarded_port": 0, "egress": "failed"}, "egress does not work"),
        ({"forwarded_port": 0, "egress": "unknown"}, "not all is known"),
        ({"forwarded_port": 0, "tunnel_status": "crashed"}, "a restart does"),
    ],
)
def test_last_look_before_a_cycle_for_the_port(changes, held):
    said = hold_back("cycle", GluetunEvidence("gluetun", **{**WORKS, **changes}), True, unless_forwarded=True)
    assert (held in said) if held else not said
