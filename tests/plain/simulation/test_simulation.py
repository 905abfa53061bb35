# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random faults and runs never do harm, and end well; and the watcher that says so notices harm."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._act import allocation, desired_gluetun
from ansible_collections.acestream.vpn.plugins.module_utils._assess import (
    engine_condition,
    engines,
    forwarded_port,
    gluetun,
    gluetun_ladder,
    pool,
    verdict,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model import maintenance_window
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import UNHEALTHY, UNKNOWN
from ansible_collections.acestream.vpn.plugins.module_utils._plan import plan, port_steps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.plain.simulation import mend_engine, mend_gluetun
from tests.plain.simulation.script import WORDS, as_text
from tests.plain.simulation.shrink import POLICIES, play, play_random, shrink
from tests.plain.simulation.world import GLUETUNS

WORLDS = 12
#: In how many worlds a watcher must have noticed what is made wrong below.
ENOUGH = 60


def _word(name):
    return st.tuples(st.just(name), *[st.sampled_from(values) for values in WORDS[name][1]])


# Time and runs come as often as everything else together, or nothing would happen between two faults.
_BUSY = [_word(name) for name in ("wait", "run", "go", "exporter")]
_SCRIPTS = st.lists(st.one_of(*_BUSY, st.one_of(*[_word(name) for name in WORDS])), max_size=30)


# The same scripts every time: what is new is searched for by `make simulate`.
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(POLICIES)), _SCRIPTS)
def test_no_script_does_harm_and_all_end_well(policy, script):
    failure = play(policy, script).failure
    assert failure is None, f"{failure.said}\n{as_text(script)}"


@pytest.mark.parametrize("number", range(WORLDS))
def test_random_worlds(number):
    failure = play_random(0, number).failure
    if failure is not None:
        failure = shrink(failure)
        pytest.fail(f"policy {failure.policy}: {failure.said}\n{as_text(failure.script)}")


def test_the_same_seed_plays_the_same():
    assert play_random(0, 1) == play_random(0, 1)


# What follows breaks one rule each, and expects to be told.


def _guess(real):
    """Take what is not known for a failure."""

    def judge(memory, evidence, *others):
        said = real(memory, evidence, *others)
        return replace(said, verdict=UNHEALTHY) if said.verdict == UNKNOWN else said

    return judge


#: What random worlds seldom meet: found by a long search, and made short.
_OUTAGE_OF_HOURS = [("provider_down", "vpn1"), *[("run", "A", 150), ("wait", 400)] * 14]
_DOCKER_ANSWERS_EVERY_OTHER_TIME = [
    ("restart_policy", "vpn2", "no"),
    ("reboot", True),
    ("docker", "flaky"),
    ("run", "A", 150),
    ("engine_deaf", "eng2"),
]
_A_STREAM_OUTLIVES_AN_OUTAGE = [
    ("run", "A", 0),
    ("wait", 4),
    ("play", "eng1"),
    ("provider_down", "vpn1"),
    ("run", "A", 150),
    ("wait", 35),
    ("provider_up", "vpn1"),
    ("wait", 61),
    ("run", "A", 0),
    ("wait", 61),
]
_THE_LAST_ENGINE_STREAMS = [
    ("run", "A", 150),
    ("wait", 12),
    ("play", "eng1"),
    ("provider_down", "vpn2"),
    ("tunnel_stuck", "vpn1", "cycle"),
    ("run", "C", 150),
]


_THE_PORT_FLAPS = [
    ("run", "A", 0),
    *[word for _each in range(8) for word in (("other_port", "vpn1"), ("run", "A", 150), ("wait", 61))],
]
_THE_PORT_IS_LOST = [
    ("run", "A", 0),
    ("port_gone", "vpn1"),
    *[word for _each in range(40) for word in (("run", "A", 0), ("wait", 130))],
]
_THE_FORWARDED_ENGINE_STREAMS = [
    ("run", "A", 0),
    ("wait", 4),
    ("play", "eng1"),
    ("other_port", "vpn1"),
    ("run", "A", 150),
    ("wait", 130),
]


def _both_fail(order, returns):
    """One VPN fails, then the other, and they return one after the other."""
    script = [("run", "A", 0)]
    for word, names in (("provider_down", order), ("provider_up", returns)):
        for name in names:
            script += [(word, name), ("run", "A", 20), ("wait", 20)]
    return script


_IT_ENDS_AFTER_EACH_START = [
    ("run", "A", 150),
    ("wait", 12),
    ("crash_loop", "vpn1", 1),
    *[("run", "A", 150), ("wait", 400)] * 14,
]
_MAINTENANCE_IN_AN_OUTAGE = [
    ("run", "A", 150),
    ("wait", 12),
    ("maintenance", "vpn1", 600),
    ("provider_down", "vpn1"),
    ("clock", 3600),
    ("run", "A", 150),
    ("wait", 130),
]
#: Between the plan of a step and the step.
_MAINTENANCE_COMES_BEFORE_A_CYCLE = [
    ("run", "A", 150),
    ("wait", 12),
    ("provider_down", "vpn1"),
    ("run", "A", 150),
    ("go", "A", 64),
    ("maintenance", "", 600),
]
_MAINTENANCE_COMES_BEFORE_ENGINES = [
    ("run", "A", 150),
    ("wait", 12),
    ("restart", "vpn1"),
    ("run", "A", 150),
    ("go", "A", 10),
    ("maintenance", "", 600),
]


_A_VPN_FAILS_AND_RETURNS = [
    ("run", "A", 150),
    ("wait", 12),
    ("provider_down", "vpn1"),
    ("run", "A", 150),
    ("wait", 200),
    ("remove_engine", "eng1"),
    ("remove_engine", "eng2"),
    ("provider_up", "vpn1"),
    *[word for _each in range(3) for word in (("run", "A", 150), ("wait", 200))],
]
_AN_ENGINE_OF_THE_FIRST_STAYS_DEAF = [
    *_A_VPN_FAILS_AND_RETURNS[:5],
    ("engine_broken", "eng2"),
    ("provider_up", "vpn1"),
    ("run", "A", 150),
    ("wait", 200),
]
_NOTHING_IS_KNOWN = [
    ("run", "A", 20),
    ("probe", "vpn1", "impossible"),
    ("remove_engine", "eng2"),
    ("run", "A", 20),
]
_ENGINES_ARE_REMOVED = [("run", "A", 20), ("remove_engine", "eng2"), ("remove_engine", "eng3"), ("run", "A", 150)]


def _worlds(script):
    if script is None:
        return (play_random(0, number) for number in range(ENOUGH))
    return iter([play("defaults", script)])


@pytest.mark.parametrize(
    "script",
    [
        _OUTAGE_OF_HOURS,
        _DOCKER_ANSWERS_EVERY_OTHER_TIME,
        _A_STREAM_OUTLIVES_AN_OUTAGE,
        _THE_LAST_ENGINE_STREAMS,
        _THE_PORT_FLAPS,
        _THE_PORT_IS_LOST,
        _THE_FORWARDED_ENGINE_STREAMS,
        [("provider_down", "vpn1"), ("provider_down", "vpn2"), ("run", "A", 150), ("wait", 200)],
        *[_both_fail(order, returns) for order in permutations(GLUETUNS[:2]) for returns in permutations(GLUETUNS[:2])],
        _IT_ENDS_AFTER_EACH_START,
        _MAINTENANCE_IN_AN_OUTAGE,
        _MAINTENANCE_COMES_BEFORE_A_CYCLE,
        _MAINTENANCE_COMES_BEFORE_ENGINES,
    ],
)
def test_those_scripts_do_no_harm(script):
    assert play("defaults", script).failure is None


@pytest.mark.parametrize(
    "script",
    [
        _A_VPN_FAILS_AND_RETURNS,
        _AN_ENGINE_OF_THE_FIRST_STAYS_DEAF,
        _ENGINES_ARE_REMOVED,
        *[_both_fail(order, returns) for order in permutations(GLUETUNS[:2]) for returns in permutations(GLUETUNS[:2])],
        [("run", "A", 20), ("provider_down", "vpn1"), ("provider_down", "vpn2"), ("run", "A", 150), ("wait", 200)],
    ],
)
@pytest.mark.parametrize("policy", [name for name in POLICIES if name.startswith("pool")])
def test_those_scripts_do_no_harm_to_a_pool(policy, script):
    assert play(policy, script).failure is None


@pytest.mark.parametrize(
    ("module", "name", "broken", "said", "script"),
    [
        (pool, "may_create", lambda *_: True, "nothing is known of vpn1", _NOTHING_IS_KNOWN),
        (pool, "_is_established", lambda *_: True, "as soon as it is back", _A_VPN_FAILS_AND_RETURNS),
        (pool, "_does_its_part", lambda *_: True, "others do their work", _AN_ENGINE_OF_THE_FIRST_STAYS_DEAF),
        (engines, "_drain_surplus", lambda *_: None, "spread", _A_VPN_FAILS_AND_RETURNS),
        (allocation, "free", lambda span, *_: list(range(span[0], span[1])), "is not free", _ENGINES_ARE_REMOVED),
    ],
)
def test_the_watcher_notices_in_a_pool(monkeypatch, module, name, broken, said, script):
    monkeypatch.setattr(module, name, broken)
    failure = play("pool", script).failure
    assert failure is not None, "nobody noticed"
    assert said in failure.said


@pytest.mark.parametrize(
    ("module", "name", "broken", "said", "script"),
    [
        (gluetun, "judge", _guess(gluetun.judge), "judged unhealthy", None),
        (verdict, "_starting", lambda *_: False, "judged healthy", None),
        (desired_gluetun, "hold_back", lambda *_: "", "which works or of which nothing is known", None),
        (gluetun, "budget_spent", lambda *_: False, "too many restarts", _OUTAGE_OF_HOURS),
        (gluetun, "note_start", lambda memory, *_: memory, "still said to be starting", _IT_ENDS_AFTER_EACH_START),
        (gluetun_ladder, "may_start", lambda *_: True, "by a person and is started", None),
        (plan, "waits_for_streams", lambda *_: False, "turns in circles", _A_STREAM_OUTLIVES_AN_OUTAGE),
        (engine_condition, "reconnect_owed", lambda *_: True, "works and is to be restarted", None),
        (engines, "_keep_last_capacity", lambda *_: None, "there is no other", _THE_LAST_ENGINE_STREAMS),
        (
            mend_gluetun,
            "gluetun_restarted",
            lambda memory, *_: memory,
            "too many restarts",
            _DOCKER_ANSWERS_EVERY_OTHER_TIME,
        ),
        (forwarded_port, "port_budget_spent", lambda *_: False, "disturbed too often", _THE_PORT_IS_LOST),
        (mend_engine, "port_given", lambda memory, *_: memory, "for its port again", _THE_PORT_FLAPS),
        (port_steps, "_streaming", lambda *_: False, "turns in circles", _THE_FORWARDED_ENGINE_STREAMS),
        (engine_condition, "_stranded", lambda *_: False, "was not seen to be usable", None),
        (plan, "is_outdated", lambda *_: False, "outdated", None),
        (maintenance_window, "of", lambda *_: None, "is in maintenance", _MAINTENANCE_IN_AN_OUTAGE),
        (maintenance_window, "_same_boot", lambda *_: False, "maintenance of vpn1 is lost", _MAINTENANCE_IN_AN_OUTAGE),
        (maintenance_window, "renew", lambda memory, _at: (memory, []), "does not end", _MAINTENANCE_IN_AN_OUTAGE),
        (mend_gluetun, "left_alone", lambda *_: False, "is in maintenance", _MAINTENANCE_COMES_BEFORE_A_CYCLE),
        (mend_engine, "left_alone", lambda *_: False, "is in maintenance", _MAINTENANCE_COMES_BEFORE_ENGINES),
    ],
)
def test_the_watcher_notices(monkeypatch, module, name, broken, said, script):
    monkeypatch.setattr(module, name, broken)
    failure = next((played.failure for played in _worlds(script) if played.failure is not None), None)
    assert failure is not None, "nobody noticed"
    assert said in failure.said
