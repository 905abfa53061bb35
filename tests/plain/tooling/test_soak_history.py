# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the soak calls a violation: each check finds what it is for, and nothing where all is as it should be."""

from __future__ import annotations

import pytest

from tests.lab.soak import history
from tests.lab.soak.history import Start, Touch

ENGINES = {"e1": "g1", "e2": "g1", "e3": "g2"}


def line(at, kind, vpn="g1", message="words", **more):
    return {"at": at, "time": f"t{at}", "level": "INFO", "kind": kind, "vpn": vpn, "message": message, **more}


GOOD = [
    line(1, "gluetun_healthy"),
    line(10, "gluetun_unhealthy"),
    line(10, "engines_hidden"),
    line(11, "gluetun_stopped"),
    line(20, "gluetun_restarting", data={"restarts": 1}),
    line(30, "gluetun_healthy", data={"outage_seconds": 20.0}),
    line(31, "engines_restarting", data={"restarts": 2, "count": 2}),
    line(31, "engine_recreating", engine="e2"),
    line(40, "gluetun_unhealthy"),
    line(40, "engines_hidden"),
]
STARTS = [Start(20.5, "g1"), Start(32, "e1"), Start(33, "e2"), Start(50, "e3")]
TOUCHED = [Touch("e3", 49.9, 50.1)]


def judge(lines, starts=STARTS, touched=TOUCHED):
    return [
        *history.in_order(lines),
        *history.said_once(lines),
        *history.hidden_once(lines),
        *history.explained(lines, starts, touched, ENGINES),
    ]


def test_a_history_that_is_as_it_should_be():
    assert judge(GOOD) == []
    assert history.still_down(GOOD) == {"g1"}
    assert history.delivered(["a", "b"], ["a", "b"]) == []
    assert history.agree(GOOD, [f"{item['time']} INFO: words [g1]" for item in GOOD]) == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([*GOOD, line(41, "gluetun_unhealthy")], "a second time"),
        ([*GOOD, line(5, "port_lost")], "comes after"),
        ([*GOOD, line(41, "engines_hidden")], "no outage began"),
        ([*GOOD, line(41, "gluetun_healthy", "g2", data={"outage_seconds": 3.0})], "of which nothing told"),
        ([*GOOD, line(41, "gluetun_healthy", data={"outage_seconds": -3.0})], "less than nothing"),
        ([*GOOD, line(60, "gluetun_restarting", data={"restarts": 1})], "never came"),
    ],
)
def test_what_must_not_be_in_a_journal(lines, said):
    (found,) = judge(lines)
    assert said in found


@pytest.mark.parametrize("start", [Start(25, "g1"), Start(34, "e1"), Start(50, "e3"), Start(20.4, "g2")])
def test_a_start_of_which_no_line_tells(start):
    (found,) = judge(GOOD, [*STARTS, start])
    assert "no line tells" in found


def test_an_attempt_that_came_to_nothing_and_says_so():
    lines = [*GOOD, line(60, "gluetun_restarting", data={"restarts": 1}), line(61, "gluetun_restart_failed")]
    assert judge(lines) == []


@pytest.mark.parametrize("events", [["a"], ["a", "b", "b"], ["b", "a"], []])
def test_a_line_that_is_missing_or_comes_twice(events):
    assert len(history.delivered(["a", "b"], events)) == 1


@pytest.mark.parametrize("log", [[], ["t1 INFO: words"], ["t2 INFO: words [g1]"]])
def test_journals_that_do_not_agree(log):
    assert len(history.agree(GOOD[:1], log)) == 1
