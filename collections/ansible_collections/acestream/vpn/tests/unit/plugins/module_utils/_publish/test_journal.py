# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A transition is one line of the journal and one JSON document, whatever it says."""

from __future__ import annotations

import json
from datetime import datetime, timezone

from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import (
    Transition,
    became_unhealthy,
    timestamp,
)
from ansible_collections.acestream.vpn.plugins.module_utils._publish.journal import as_json, as_line
from hypothesis import given
from hypothesis import strategies as st

moments = st.floats(0, 4e9)
names = st.one_of(st.none(), st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,20}", fullmatch=True))
transitions = st.builds(
    Transition,
    moments,
    st.sampled_from(["INFO", "WARN", "ERROR", "CRITICAL"]),
    st.sampled_from(["gluetun_unhealthy", "engines_hidden"]),
    st.text(max_size=80),
    names,
    names,
    st.dictionaries(st.sampled_from(["why", "count"]), st.one_of(st.text(max_size=9), st.integers())),
)


def test_a_line_has_time_level_words_and_vpn():
    line = as_line(became_unhealthy(1767225600.0, "gluetun1", "egress fails"))
    assert line == "2026-01-01T00:00:00.000Z WARN: Gluetun VPN became unhealthy [gluetun1]"


def test_what_concerns_the_whole_host_names_no_vpn():
    assert as_line(Transition(0, "WARN", "reset", "Reset")) == "1970-01-01T00:00:00.000Z WARN: Reset"


@given(transitions)
def test_any_text_is_one_line(transition):
    line = as_line(transition)
    assert len(line.splitlines()) == 1
    assert line.startswith(timestamp(transition.at) + f" {transition.level}: ")
    assert transition.vpn is None or line.endswith(f"[{transition.vpn}]")


@given(transitions)
def test_any_text_is_one_json_document_on_one_line(transition):
    text = as_json(transition)
    document = json.loads(text)
    assert len(text.splitlines()) == 1
    assert document["message"] == transition.message
    assert document["time"] == timestamp(transition.at)
    assert document.get("vpn") == transition.vpn
    assert document.get("data", {}) == transition.data


@given(moments)
def test_a_time_stamp_is_read_back_to_the_millisecond(at):
    text = timestamp(at)
    read = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc).timestamp()
    assert abs(read - at) < 0.0011
    assert len(text) == len("2026-01-31T12:00:00.000Z")


@given(moments, moments)
def test_time_stamps_sort_as_times_do(one, other):
    earlier, later = sorted([one, other])
    assert timestamp(earlier) <= timestamp(later)
