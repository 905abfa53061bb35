# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source's pure parts: what it reads, what it lets pass, and what it keeps while rules are busy."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plain.eda.plugin import SOURCE, load

gluetun = load(SOURCE)


def parse(pieces):
    parser = gluetun.Parser()
    return [message for piece in pieces for message in parser.feed(piece)], parser


FIELDS = st.sampled_from(
    ["id: 1-20", "id: 7", "event: transition", "event:gap", 'data: {"a": 1}', "data:", "data: ü", ""]
)
ODD = st.sampled_from([": still here", "retry: 1", "id", "data", "x" * 70_000, "data: " + "y" * 50_000, "id: a\0b"])
STREAMS = st.tuples(
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
    st.lists(st.tuples(st.one_of(FIELDS, ODD), st.sampled_from([b"\n", b"\r\n", b"\r"])), max_size=20),
    st.binary(max_size=20),
)


def whole(stream):
    return stream[0] + b"".join(text.encode() + end for text, end in stream[1]) + stream[2]


@settings(deadline=None)
@given(stream=STREAMS, cuts=st.lists(st.integers(0, 300_000), max_size=30))
def test_the_same_events_however_the_stream_is_cut(stream, cuts):
    data = whole(stream)
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    pieces = [data[begin:end] for begin, end in zip(edges, edges[1:], strict=False)]
    expected, one = parse([data])
    found, cut = parse(pieces)
    assert found == expected
    assert cut.lines == one.lines


@settings(deadline=None)
@given(stream=STREAMS)
def test_byte_by_byte_and_never_more_kept_than_one_event(stream):
    data = whole(stream)[:3_000]
    found, parser = parse([data[at : at + 1] for at in range(len(data))])
    assert found == parse([data])[0]
    assert len(parser._line) <= gluetun.MAX_LINE


def test_what_the_exporter_sends_is_read():
    text = b'id: 5-1\nevent: hello\ndata: {}\n\n: still here\n\nid: 5-2\nevent: transition\ndata: {"k":\ndata: 1}\n\n'
    found, parser = parse([text])
    assert found == [gluetun.Message("hello", "{}", "5-1"), gluetun.Message("transition", '{"k":\n1}', "5-2")]
    assert parser.lines == 11


def test_what_is_too_long_is_left_out_and_the_next_event_is_not():
    line = b"id: 1\nevent: transition\ndata: " + b"x" * (gluetun.MAX_LINE + 1) + b"\n\n"
    event = b"id: 2\nevent: transition\n" + (b"data: " + b"x" * 60_000 + b"\n") * 3 + b"\n"
    found, parser = parse([line + event + b"id: 3\ndata: 1\n\n"])
    assert found == [
        gluetun.Message("transition", None, "1"),
        gluetun.Message("transition", None, "2"),
        gluetun.Message("message", "1", "3"),
    ]
    parser.feed(b"data: " + b"x" * 10_000_000)
    assert len(parser._line) <= gluetun.MAX_LINE


TEMPLATE = "{{ lookup('pipe', 'id') }}"
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([TEMPLATE, "../../etc/passwd", "all", "gluetun", "gluetun_unhealthy", "WARN", "$(id)", "a\nb"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["kind", "level", "at", "vpn", "engine", "host", "meta", "message", "data", "acestream"])


@settings(deadline=None)
@given(document=st.dictionaries(NAMES, JUNK) | JUNK)
def test_nothing_passes_but_plain_values_of_the_named_fields(document):
    passed = gluetun.transition("mediaserver", json.dumps(document))
    if passed is None:
        return
    assert set(passed) == {"acestream", "meta"}
    assert passed["meta"] == {"hosts": "mediaserver"}
    values = passed["acestream"]
    assert set(values) == {"host", "vpn", "kind", "level", "at", "engine"}
    assert values["host"] == "mediaserver"
    assert values["level"] in gluetun.LEVELS
    assert type(values["at"]) is float
    for name in ("kind", "vpn", "engine"):
        assert re.fullmatch(r"[A-Za-z0-9_.-]{0,128}", values[name])


def test_a_transition_as_the_journal_has_it_passes():
    line = {"at": 1.5, "kind": "gluetun_unhealthy", "level": "WARN", "message": TEMPLATE, "time": "x", "vpn": "gluetun"}
    assert gluetun.transition("h", json.dumps(line))["acestream"] == {
        "host": "h",
        "vpn": "gluetun",
        "kind": "gluetun_unhealthy",
        "level": "WARN",
        "at": 1.5,
        "engine": "",
    }
    for broken in ("", "[" * 100_000, "{", "null", '{"kind": "x"}', json.dumps({**line, "at": 10**400})):
        assert gluetun.transition("h", broken) is None
    for name, value in (("vpn", TEMPLATE), ("engine", "a b"), ("kind", "X"), ("level", "FATAL"), ("at", True)):
        assert gluetun.transition("h", json.dumps({**line, name: value})) is None


EVENTS = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, gluetun.MAX_VPNS - 1), st.integers(0, 9), st.booleans()),
    max_size=400,
)


@settings(deadline=None)
@given(steps=EVENTS)
def test_a_slow_consumer_never_makes_it_grow_and_the_newest_of_each_vpn_is_never_lost(steps):
    async def play():
        pending, taken, put, newest = gluetun.Pending(), [], Counter(), {}
        for number, (host, vpn, kind, take) in enumerate(steps):
            pending.put(gluetun.event(host, f"k{kind}", "INFO", float(number), f"v{vpn}"))
            put[host] += 1
            newest[host, f"v{vpn}"] = float(number)
            assert len(pending) <= 2 * gluetun.MAX_WAITING
            if take:
                taken.append((await pending.get())["acestream"])
        while len(pending):
            taken.append((await pending.get())["acestream"])
        return taken, newest

    taken, newest = asyncio.run(play())
    last = {(one["host"], one["vpn"]): one["at"] for one in taken}
    assert last == newest
    for host in "ab":
        times = [one["at"] for one in taken if one["host"] == host]
        assert times == sorted(times), "in order"
        assert len(times) == len(set(times)), "none twice"


def test_the_hosts_take_turns():
    async def play():
        pending = gluetun.Pending()
        for number in range(50):
            pending.put(gluetun.event("busy", f"k{number}", "INFO", 0.0, "v"))
        pending.put(gluetun.event("quiet", "k", "INFO", 0.0, "v"))
        return [(await pending.get())["acestream"]["host"] for _number in range(3)]

    assert "quiet" in asyncio.run(play())
