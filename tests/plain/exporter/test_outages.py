# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time line covers its window without gap or overlap, whatever the journal holds, and invents no outage."""

from __future__ import annotations

import pytest
from acestream_vpn_exporter.outages import OUTAGE, UNKNOWN, UP, timeline
from hypothesis import given, settings
from hypothesis import strategies as st

DAY = 86400.0
UNTIL = 1767225600.0
SINCE = UNTIL - DAY


def line(at, kind, **data):
    return {"at": UNTIL + at, "kind": kind, "vpn": "gluetun", "data": data}


def down(at, why="egress failed 2 times in a row"):
    return line(at, "gluetun_unhealthy", why=why)


def up(at, outage=None):
    return line(at, "gluetun_healthy", **({} if outage is None else {"outage_seconds": outage}))


def drawn(lines, **known):
    """(kind, began, ended) with times counted from the window's end."""
    spans = timeline(lines, SINCE, UNTIL, **{name: UNTIL + at for name, at in known.items()})
    return [(span.kind, span.began - UNTIL, span.ended - UNTIL) for span in spans]


def test_an_outage_is_between_what_worked():
    lines = [up(-90_000), down(-595), up(-300, 300.0)]
    assert drawn(lines, known_since=-90_000) == [(UP, -DAY, -600), (OUTAGE, -600, -300), (UP, -300, 0)]


def test_an_outage_that_is_still_running_ends_now():
    assert drawn([up(-90_000), down(-50)], known_since=-90_000, outage_since=-60) == [(UP, -DAY, -60), (OUTAGE, -60, 0)]


def test_a_stop_within_an_outage_is_the_same_outage():
    lines = [down(-600), line(-500, "gluetun_stopped", why="exited (1)"), up(-300, 600 - 300)]
    (outage,) = [span for span in timeline(lines, SINCE, UNTIL, SINCE) if span.kind == OUTAGE]
    assert (outage.seconds, outage.why, outage.earlier) == (300, "egress failed 2 times in a row", False)


def test_a_journal_that_begins_in_the_middle_of_an_outage_knows_how_long_it_lasted():
    assert drawn([up(-300, 120.0)], known_since=-300) == [(UNKNOWN, -DAY, -420), (OUTAGE, -420, -300), (UP, -300, 0)]


def test_an_outage_that_began_before_the_window_says_so():
    (outage, _up) = timeline([down(-100_000), up(-80_000, 20_000.0)], SINCE, UNTIL, UNTIL - 100_000)
    assert (outage.kind, outage.began, outage.earlier) == (OUTAGE, SINCE, True)


def test_no_record_is_no_outage_and_neither_is_a_state_that_is_not_known():
    assert drawn([]) == [(UNKNOWN, -DAY, 0)]
    assert drawn([up(-90_000)], known_since=-90_000, unknown_since=-60) == [(UP, -DAY, -60), (UNKNOWN, -60, 0)]
    # The memory was lost in an outage: nobody knows how it ended.
    assert drawn([up(-90_000), down(-600)], known_since=-90_000) == [(UP, -DAY, -600), (UNKNOWN, -600, 0)]


def test_a_clock_that_was_set_back_gives_no_negative_outage():
    lines = [down(-100), up(-3700, 20.0), down(-3000), up(-2900, 100.0)]
    assert [item for item in drawn(lines, known_since=-DAY) if item[0] == OUTAGE] == [
        (OUTAGE, -3720, -3700),
        (OUTAGE, -3000, -2900),
    ]
    # Set back while an outage lasts: its end comes before its beginning.
    assert all(ended > began for _kind, began, ended in drawn([down(-100), up(-3700)], known_since=-DAY))
    assert drawn([down(3600)], known_since=-DAY, outage_since=3600) == [(UP, -DAY, 0)]


moments = st.floats(-2 * DAY, DAY).map(lambda at: round(at, 1))
entries = st.one_of(
    moments.map(down),
    st.builds(up, moments, st.none() | st.floats(-10, 2 * DAY)),
    st.builds(line, moments, st.sampled_from(["gluetun_stopped", "engines_hidden", "port_lost"])),
    st.sampled_from([{}, {"at": None, "kind": "gluetun_healthy"}, {"at": True, "kind": "gluetun_stopped"}]),
    st.builds(lambda at: {"at": UNTIL + at, "kind": "gluetun_healthy", "data": "torn"}, moments),
)
times = st.none() | moments.map(lambda at: UNTIL + at)


@settings(deadline=None)
@given(lines=st.lists(entries, max_size=30), known=times, outage=times, unknown=times)
def test_the_window_is_covered_once(lines, known, outage, unknown):
    spans = timeline(lines, SINCE, UNTIL, known, outage, unknown)
    assert (spans[0].began, spans[-1].ended) == (SINCE, UNTIL)
    assert all(before.ended == after.began for before, after in zip(spans, spans[1:], strict=False))
    assert all(span.began < span.ended for span in spans)
    if outage is None and not any(item.get("kind") in ("gluetun_unhealthy", "gluetun_stopped") for item in lines):
        lasted = [item for item in lines if isinstance(item.get("data"), dict) and "outage_seconds" in item["data"]]
        assert lasted or not any(span.kind == OUTAGE for span in spans), "an outage that nobody wrote of"


@pytest.mark.parametrize("number", [1, 1440, 5000])
def test_as_many_outages_as_there_may_be_are_drawn_in_few_bars(number):
    from acestream_vpn_exporter.view_outages import WIDTH, bars

    every = DAY / number
    spans = timeline([up(-DAY + place * every, every / 2) for place in range(1, number)], SINCE, UNTIL, SINCE)
    found = bars(spans, SINCE)
    assert len(found) < 1000
    assert all(bar["x"] >= 0 and bar["width"] >= 0 and bar["x"] + bar["width"] <= WIDTH + 0.2 for bar in found)
    assert (OUTAGE in [bar["kind"] for bar in found]) == (number > 1)
