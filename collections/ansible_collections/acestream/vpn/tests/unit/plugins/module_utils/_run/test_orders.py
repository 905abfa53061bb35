# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Orders: those that make no sense are refused with a word on what to do, and none is lost to another program."""

from __future__ import annotations

import contextlib
import os
from datetime import datetime, timezone

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._model import maintenance_window
from ansible_collections.acestream.vpn.plugins.module_utils._model.maintenance_window import Moment
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import GluetunMemory, Memory
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import ACT_LOCK, Store
from ansible_collections.acestream.vpn.plugins.module_utils._run.orders import (
    LONGEST,
    OrderError,
    OrderRunner,
    check_names,
    end_of,
    side,
)
from hypothesis import given
from hypothesis import strategies as st

NOW = 1_700_000_000.0


@given(st.floats(0.001, LONGEST * 1440))
def test_minutes_are_counted_from_now(minutes):
    assert end_of(minutes, None, NOW) == NOW + minutes * 60


@pytest.mark.parametrize(
    "text",
    ["2023-11-14T23:13:20Z", "2023-11-15T00:13:20+01:00", "2023-11-14 23:13:20+00:00", "2023-11-14T23:13:20.000z"],
)
def test_an_end_is_understood_with_any_offset(text):
    assert end_of(None, text, NOW) == NOW + 3600


@given(st.one_of(st.none(), st.floats()), st.one_of(st.none(), st.text(max_size=30), st.datetimes().map(str)))
def test_whatever_is_given_the_end_lies_ahead_and_not_too_far_or_is_refused(minutes, until):
    with contextlib.suppress(OrderError):
        assert NOW < end_of(minutes, until, NOW) <= NOW + LONGEST * 86400


@pytest.mark.parametrize(
    ("minutes", "until", "said"),
    [
        (None, None, "give either minutes"),
        (None, "", "give either minutes"),
        (5, "2023-11-14T23:13:20Z", "give either minutes"),
        (0, None, "it must be more than 0"),
        (-5, None, "it must be more than 0"),
        (float("nan"), None, "it must be more than 0"),
        (float("inf"), None, "31 days at most"),
        (None, "2023-11-14T22:13:20Z", "give a time that lies ahead"),
        (None, "2023-11-14T23:13:20", "offset from UTC"),
        (None, "tomorrow", "offset from UTC"),
        (None, "9999-12-31T00:00:00Z", "31 days at most"),
    ],
)
def test_what_makes_no_sense_is_refused_and_says_what_to_do(minutes, until, said):
    with pytest.raises(OrderError, match=said):
        end_of(minutes, until, NOW)


def test_a_name_that_nobody_knows_is_refused():
    remembered = Memory({"gluetun": GluetunMemory()})
    check_names(["gluetun"], [], remembered)
    check_names(["other"], ["other"], remembered)
    check_names([], [], Memory())
    with pytest.raises(OrderError, match="correct the name to one of gluetun"):
        check_names(["glueton"], [], remembered)
    with pytest.raises(OrderError, match="correct the name to one of other"):
        check_names(["gluetun"], ["other"], remembered)
    with pytest.raises(OrderError, match="no run has looked at this host yet"):
        check_names(["gluetun"], [], Memory())


def _put(seconds):
    moment = Moment(NOW, 1.0, "boot")
    return lambda memory: maintenance_window.put(memory, [""], NOW + seconds, "", moment)


def test_an_order_is_remembered_and_in_the_journal_and_check_mode_leaves_no_trace(tmp_path):
    store = Store(str(tmp_path / "state"))
    checked = OrderRunner(store, check_mode=True)
    checked.give(_put(60))
    checked.wait_for_others(0)
    assert checked.changed
    assert not os.path.exists(store.directory)
    orders = OrderRunner(store, check_mode=False)
    orders.give(_put(60))
    assert orders.journal == checked.journal == store.journal_since("")
    assert store.load()[0] == orders.after == checked.after
    again = OrderRunner(store, check_mode=False)
    again.give(_put(60))
    assert (again.changed, again.journal) == (False, [])


def test_a_run_that_acts_for_too_long_is_said(tmp_path):
    store = Store(str(tmp_path / "state"))
    orders = OrderRunner(store, check_mode=False)
    with store.lock(ACT_LOCK, 0):
        orders.wait_for_others(0)
    (warning,) = orders.warnings
    assert "may still be going on" in warning
    orders.wait_for_others(0)
    assert len(orders.warnings) == 1


def test_what_is_under_way_is_shown_by_name():
    memory, _said = _put(60)(Memory())
    end = datetime.fromtimestamp(NOW + 60, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    assert side(memory, Moment(NOW, 1.0, "boot")) == {"the whole host": {"until": end, "reason": ""}}
    assert side(memory, Moment(NOW + 61, 62.0, "boot")) == {}
