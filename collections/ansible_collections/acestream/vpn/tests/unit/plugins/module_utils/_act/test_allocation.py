# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where new engines go: names, ports, and which ports are reached from the host."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._act.allocation import allocate
from ansible_collections.acestream.vpn.plugins.module_utils._model.port_range import (
    TAKEN,
    PortRangeError,
    fits,
    free,
    overlap,
    parse,
)
from hypothesis import given
from hypothesis import strategies as st

from ..small_world import engine, gluetun

PORTS = st.integers(1, 65535)
spans = st.tuples(PORTS, st.integers(0, 300)).map(lambda pair: (pair[0], min(65535, pair[0] + pair[1])))


def of(name, http, https, p2p, **changes):
    return engine(name, http_port=http, https_port=https, p2p_port=p2p, **changes)


def test_the_lowest_that_are_free():
    there = [of("ace-1", 19000, 19001, 45001, forwarded=True), of("ace-3", 19005, 19006, 19007)]
    found = allocate(gluetun(ports=(19000, 19499)), there, 2, {"ace-1", "ace-3", "gluetun"}, "ace-", 45001, {})
    assert [(item.name, item.http_port, item.https_port, item.p2p_port) for item in found] == [
        ("ace-2", 19002, 19003, 19004),
        ("ace-4", 19008, 19009, 19010),
    ]
    assert not any(item.forwarded for item in found)


def test_the_first_gets_the_forwarded_port_where_nobody_has_it():
    first, second = allocate(gluetun(ports=(19000, 19499)), [], 2, set(), "ace-", 45001, {})
    assert (first.forwarded, first.p2p_port, second.forwarded) == (True, 45001, False)


def test_a_name_of_somebody_elses_container_is_not_free():
    (found,) = allocate(gluetun(ports=(19000, 19499)), [], 1, {"ace-1", "ace-2"}, "ace-", None, {})
    assert found.name == "ace-3"


def test_published_ports_are_kept_for_http():
    hosts = {19000: 29000, 19001: 29001}
    first, second, third = allocate(gluetun(ports=(19000, 19020)), [], 3, set(), "ace-", None, hosts)
    assert [(item.http_port, item.host_http_port) for item in (first, second)] == [(19000, 29000), (19001, 29001)]
    assert third.host_http_port is None
    assert {first.https_port, first.p2p_port} & set(hosts) == set()


@given(spans, st.integers(0, 40), st.one_of(st.none(), PORTS), st.dictionaries(PORTS, PORTS, max_size=5))
def test_no_port_twice_and_all_in_the_range(span, wanted, forwarded, hosts):
    found = allocate(gluetun(ports=span), [], wanted, set(), "ace-", forwarded, hosts)
    used = [port for item in found for port in (item.http_port, item.https_port, item.p2p_port)]
    assert len(used) == len(set(used))
    assert all(span[0] <= port <= span[1] or port == forwarded for port in used)
    assert not (set(used) - {forwarded}) & TAKEN
    assert len(found) <= wanted
    assert len({item.name for item in found}) == len(found)
    assert len(found) >= min(wanted, fits(span) - 1)


def test_without_a_range_there_is_no_place():
    assert allocate(gluetun(), [], 3, set(), "ace-", None, {}) == []


@given(spans)
def test_a_range_comes_back(span):
    assert parse(f"{span[0]}-{span[1]}") == parse(f" {span[0]} - {span[1]} ") == span


@given(st.text(max_size=12))
def test_any_other_text_is_told_what_a_range_is(text):
    try:
        first, last = parse(text)
    except PortRangeError as error:
        said = str(error)
    else:
        said = repr(text) if 1 <= first <= last <= 65535 else "a range that is none"
    assert repr(text) in said


@given(spans, spans)
def test_overlapping_ranges_share_a_port(one, other):
    shared = set(range(one[0], one[1] + 1)) & set(range(other[0], other[1] + 1))
    assert overlap(one, other) == bool(shared)


@pytest.mark.parametrize("state", ["running", "exited"])
def test_the_ports_of_an_engine_that_does_not_run_are_not_free(state):
    there = of("ace-1", 19000, 19001, 19002)
    there = replace(there, container=replace(there.container, state=state))
    assert free((19000, 19004), [there], 19004) == [19003]
