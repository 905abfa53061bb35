# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pool: its size and spread, failover and failback, and what is never moved."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._assess.pool import spread
from ansible_collections.acestream.vpn.plugins.module_utils._assess.reset import forget
from ansible_collections.acestream.vpn.plugins.module_utils._model.attempts import engines_created
from ansible_collections.acestream.vpn.plugins.module_utils._model.maintenance_window import Moment, put
from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import ENGINE_CREATE, ENGINE_REMOVE
from hypothesis import given, settings
from hypothesis import strategies as st

from ..pool_world import PoolHost


def pool(**options):
    host = PoolHost(**options)
    host.settle(20)
    return host


def test_a_pool_is_made_from_nothing_and_left_alone_then():
    host = pool()
    assert host.spread() == host.shown() == [4, 4]
    assert host.forwarded_engines() == [("g1", 45001), ("g2", 45002)]
    names = sorted(host.engines)
    host.settle(100)
    assert (sorted(host.engines), len(host.made), host.went) == (names, 8, [])


def test_without_a_pool_nothing_is_made_or_removed():
    host = pool(replicas=0)
    assert host.made == []


def test_ports_are_distinct_and_in_the_range():
    host = pool(gluetuns=3, replicas=30)
    assert len(host.used_ports()) == len(set(host.used_ports())) == 90
    for gluetun, port in host.used_ports():
        first, last = host.ports[gluetun]
        assert first <= port <= last or port == host.forwarded[gluetun]


def test_one_fails_and_the_other_takes_over_and_gives_back():
    host = pool()
    before = sorted(host.engines)
    host.down = {"g1"}
    host.settle(10)
    assert host.shown() == [0, 8]
    assert host.spread() == [4, 8], "those of the VPN that failed stay where they are"
    host.down = set()
    host.settle(50)
    assert host.shown() == [4, 8], "the share is not given back before it has been well for a while"
    host.settle(60)
    assert host.spread() == host.shown() == [4, 4]
    assert sorted(host.engines) == before, "those that came last go first"
    assert host.forwarded_engines() == [("g1", 45001), ("g2", 45002)]


def test_three_vpns():
    host = pool(gluetuns=3, replicas=9)
    assert host.shown() == [3, 3, 3]
    host.down = {"g3"}
    host.settle(10)
    assert host.shown() == [5, 4, 0]
    host.down = set()
    host.settle(120)
    assert host.spread() == host.shown() == [3, 3, 3]


def test_no_replacement_where_the_user_wants_none():
    host = pool(failover_capacity="none")
    host.down = {"g1"}
    host.settle(60)
    assert (host.shown(), len(host.made)) == ([0, 4], 8)


def test_a_streaming_engine_is_not_the_one_that_goes():
    host = pool()
    host.down = {"g1"}
    host.settle(10)
    newest = host.made[-1].name
    host.engines[newest] = replace(host.engines[newest], streams=1)
    host.down = set()
    host.settle(120)
    assert host.spread() == [4, 4]
    assert newest in host.engines


def test_all_stream_and_are_drained():
    host = pool(drain_timeout=300.0)
    host.down = {"g1"}
    host.settle(10)
    for name, item in host.engines.items():
        host.engines[name] = replace(item, streams=1)
    host.down = set()
    host.settle(100)
    assert (host.spread(), host.shown()) == ([4, 8], [4, 4]), "hidden, and left to their streams"
    first = next(name for name in host.engines if name not in host.host.shown)
    host.engines[first] = replace(host.engines[first], streams=0)
    host.settle(10)
    assert first not in host.engines
    host.settle(300)
    assert host.spread() == host.shown() == [4, 4]


def test_the_forwarded_engine_that_dies_is_replaced_with_the_same_port():
    host = pool()
    forwarded = next(name for name, item in host.engines.items() if item.forwarded)
    others = sorted(set(host.engines) - {forwarded})
    del host.engines[forwarded]
    host.settle(10)
    assert host.forwarded_engines() == [("g1", 45001), ("g2", 45002)]
    assert sorted(set(host.engines) & set(others)) == others
    assert host.made[-1].name == forwarded, "the lowest name that is free"


def test_a_port_that_comes_later_gets_an_engine():
    host = pool(forwarded=False)
    assert host.forwarded_engines() == []
    host.forwarded["g1"] = 45001
    host.settle(30)
    assert (host.forwarded_engines(), host.spread()) == ([("g1", 45001)], [4, 4])
    assert (len(host.made), len(host.went)) == (9, 1)


def test_of_two_forwarded_engines_one_goes():
    host = pool(gluetuns=1, replicas=3)
    extra = next(name for name, item in host.engines.items() if not item.forwarded)
    host.engines[extra] = replace(host.engines[extra], forwarded=True)
    host.settle(30)
    assert (host.forwarded_engines(), host.spread()) == ([("g1", 45001)], [3])


def test_engines_of_others_count_and_stay():
    host = PoolHost(replicas=8)
    for number in range(6):
        host.add(f"mine-{number}", "g1", http_port=19000 + number, owned=False)
    host.settle(60)
    assert host.spread() == [6, 2], "they are enough together, and none of them may go"
    assert host.went == []


@pytest.mark.parametrize("how", ["down", "gone"])
def test_all_fail_and_the_first_that_is_back_serves(how):
    host = pool()
    getattr(host, how).update({"g1", "g2"})
    host.settle(100)
    assert (len(host.made), host.went) == (8, [])
    getattr(host, how).discard("g2")
    host.settle(50)
    assert len(host.made) == 8, "none is made in a hurry"
    host.settle(50)
    assert (host.spread(), host.shown()) == ([4, 8], [0, 8])


def test_nothing_is_made_or_removed_while_nothing_is_known():
    host = pool()
    host.down = {"g1"}
    host.settle(10)
    host.down, host.unknown = set(), {"g2"}
    host.settle(200)
    assert (host.spread(), host.went) == ([4, 8], [])
    host.unknown = set()
    host.settle(20)
    assert host.spread() == [4, 4]
    host.unknown = {"g1", "g2"}
    del host.engines["acestream-1"]
    host.settle(100)
    assert sum(host.spread()) == 7


def test_a_list_that_docker_did_not_give_is_no_empty_host():
    host = pool()
    host.at += 1
    gluetuns = [host.evidence(name) for name in host.gluetuns]
    assert host.host.see(host.at, gluetuns, [], engines_listed=False).steps == ()


def test_nothing_is_done_in_maintenance():
    host = pool()
    moment = Moment(host.at, host.at, "boot")
    host.host.memory, _said = put(host.host.memory, [""], host.at + 600, "", moment)
    del host.engines["acestream-3"]
    host.settle(100)
    assert sum(host.spread()) == 7
    host.settle(600)
    assert sum(host.spread()) == 8


def test_a_failure_to_create_makes_the_next_attempt_wait():
    host = pool()
    del host.engines["acestream-8"]
    host.host.memory = engines_created(host.host.memory, "g2", True, host.at)
    assert host.look().steps == ()
    assert any("could not be created" in item.what for item in host.host.last.pending)
    assert [step.kind for step in host.look(60).steps] == [ENGINE_CREATE]


def test_a_reset_has_it_tried_at_once():
    host = pool()
    del host.engines["acestream-8"]
    host.host.memory = engines_created(host.host.memory, "g2", True, host.at)
    host.host.memory, said, _forgotten = forget(host.host.memory, ["g2"], host.at)
    assert "1 attempt" in said[0].message
    assert [step.kind for step in host.look().steps] == [ENGINE_CREATE]


def test_ports_that_do_not_suffice_are_said():
    host = PoolHost(replicas=6)
    host.ports["g2"] = (20000, 20005)
    host.settle(20)
    assert host.spread() == [4, 2]
    host.down = {"g1"}
    host.settle(20)
    assert host.spread() == [4, 2]
    assert any("no ports are left" in item.what for item in host.host.last.pending)


def test_it_is_hidden_before_it_is_removed():
    host = pool()
    host.add("acestream-9", "g1", http_port=19400)
    plan = host.look()
    assert [step.kind for step in plan.steps] == []
    assert "acestream-9" not in host.host.shown
    assert [step.kind for step in host.look(5).steps] == [ENGINE_REMOVE]


counts = st.lists(st.integers(0, 9), min_size=1, max_size=5)


@given(counts, st.integers(0, 20), st.data())
def test_spread_is_even_and_moves_nothing_needlessly(fixed, total, data):
    names = [f"g{at}" for at in range(len(fixed))]
    least = dict(zip(names, fixed))
    has = {name: least[name] + data.draw(st.integers(0, 5)) for name in names}
    shares = spread(total, least, has, dict.fromkeys(names, 1000))
    assert sum(shares.values()) == max(total, sum(fixed))
    free = [name for name in names if shares[name] > least[name]]
    if free:
        highest = max(shares[name] for name in free)
        assert all(shares[name] >= highest - 1 for name in names)
    if sum(has.values()) == total and max(has.values()) - min(has.values()) <= 1:
        assert shares == has


# Each example is a long story: fewer than elsewhere.
@settings(deadline=None, max_examples=settings.default.max_examples // 2)
@given(st.data())
def test_whatever_happens_all_ends_well(data):
    """Engines vanish and stream, VPNs fail and return: the last usable engine stays, and the end is the same."""
    host = PoolHost(gluetuns=data.draw(st.integers(1, 3)), replicas=data.draw(st.integers(1, 7)))
    words = st.sampled_from(["down", "up", "unknown", "vanish", "stream", "idle", "wait", "wait"])
    for _each in range(data.draw(st.integers(0, 15))):
        word = data.draw(words)
        if word in ("down", "up", "unknown"):
            name = data.draw(st.sampled_from(host.gluetuns))
            host.down, host.unknown = host.down - {name}, host.unknown - {name}
            (host.down if word == "down" else host.unknown if word == "unknown" else set()).add(name)
        elif word in ("vanish", "stream", "idle") and host.engines:
            name = data.draw(st.sampled_from(sorted(host.engines)))
            if word == "vanish":
                del host.engines[name]
            else:
                host.engines[name] = replace(host.engines[name], streams=int(word == "stream"))
        before = set(host.host.shown) & set(host.engines)
        working = set(host.gluetuns) - host.down
        host.settle(data.draw(st.sampled_from([2, 10, 70])))
        if any(host.engines[name].gluetun in working for name in before if name in host.engines):
            assert host.host.shown, "the last usable engine is taken away"
    host.down = host.unknown = set()
    host.engines = {name: replace(item, streams=0) for name, item in host.engines.items()}
    host.settle(300)
    spread_now = host.spread()
    assert sum(spread_now) == host.host.policy.min_replicas
    assert max(spread_now) - min(spread_now) <= 1
    assert host.shown() == spread_now
    assert [gluetun for gluetun, _port in host.forwarded_engines()] == [
        name for name, count in zip(host.gluetuns, spread_now) if count
    ]
    assert len(host.used_ports()) == len(set(host.used_ports()))
    made = len(host.made)
    host.settle(50)
    assert len(host.made) == made
