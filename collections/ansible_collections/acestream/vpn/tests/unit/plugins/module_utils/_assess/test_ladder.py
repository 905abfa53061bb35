# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ladder: 60 s into an outage, then 120, 240, ... up to 30 minutes, as a pure function of T0 and now."""

from __future__ import annotations

from itertools import islice

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._assess.ladder import deadlines, due, spent, upcoming
from hypothesis import given
from hypothesis import strategies as st

T0 = 1000.0
begins = st.floats(0, 4e9)
waits = st.floats(1, 1e4)


def ladder(began=T0):
    return deadlines(began, 60.0, 120.0, 1800.0)


def test_the_deadlines_of_the_design():
    assert [at - T0 for at in islice(ladder(), 8)] == [60, 180, 420, 900, 1860, 3660, 5460, 7260]


@given(begins, waits, waits, waits)
def test_waits_double_up_to_the_longest(began, first, interval, longest):
    times = list(islice(deadlines(began, first, interval, longest), 12))
    gaps = [later - earlier for earlier, later in zip(times, times[1:])]
    for number, gap in enumerate(gaps):
        assert gap == pytest.approx(min(interval * 2**number, longest), rel=1e-3, abs=1e-2)


@given(st.floats(0, 20_000))
def test_what_is_due_has_passed_and_what_comes_next_has_not(later):
    now = T0 + later
    assert upcoming(ladder(), now) > now
    latest = due(ladder(), now)
    assert (latest is None) == (later < 60)
    if latest is not None:
        assert latest <= now
        assert not any(latest < at <= now for at in islice(ladder(), 50))


@given(st.floats(0, 20_000), st.floats(0, 20_000))
def test_what_is_due_never_goes_back(one, other):
    earlier, later = sorted([one, other])
    assert (due(ladder(), T0 + earlier) or 0) <= (due(ladder(), T0 + later) or 0)


@given(st.lists(st.floats(0, 20_000), max_size=9))
def test_a_budget_counts_what_lies_in_its_window(attempts):
    now = 20_000.0
    assert spent(attempts, now, 3600.0) == len([at for at in attempts if at >= 16_400])
