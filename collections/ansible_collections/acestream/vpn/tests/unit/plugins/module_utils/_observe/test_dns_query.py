# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""DNS on the wire, and resolv.conf."""

from __future__ import annotations

import struct

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._observe.dns_query import answers, encode, nameservers
from hypothesis import given
from hypothesis import strategies as st

LABELS = st.lists(st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=20), min_size=1, max_size=8)
IDS = st.integers(0, 65535)


def decode_name(packet, at):
    """The name at a place of a packet, and where it ends (RFC 1035, 4.1.2)."""
    labels = []
    while packet[at]:
        labels.append(packet[at + 1 : at + 1 + packet[at]].decode())
        at += 1 + packet[at]
    return ".".join(labels), at + 1


@given(IDS, LABELS, st.booleans())
def test_a_query_holds_what_is_asked(query_id, labels, dot):
    name = ".".join(labels)
    packet = encode(query_id, name + "." * dot)
    assert struct.unpack(">HHHHHH", packet[:12]) == (query_id, 0x0100, 1, 0, 0, 0)
    found, end = decode_name(packet, 12)
    assert (found, packet[end:]) == (name, b"\0\1\0\1")


@pytest.mark.parametrize("name", ["", ".", "a..b", "x" * 64, "\N{SNOWMAN}.example", ".".join(["x" * 60] * 5)])
def test_what_is_no_name(name):
    with pytest.raises(ValueError, match=r".*"):
        encode(1, name)


@given(IDS, st.integers(0, 0x7FFF), st.binary(max_size=40))
def test_any_response_to_the_query_is_an_answer(query_id, flags, rest):
    query = encode(query_id, "a.example")
    assert answers(struct.pack(">HH", query_id, flags | 0x8000) + bytes(8) + rest, query)


@given(IDS, IDS, st.binary(max_size=40))
def test_other_ids_and_queries_are_none(query_id, other, rest):
    query = encode(query_id, "a.example")
    assert not answers(query, query)
    if other != query_id:
        assert not answers(struct.pack(">HH", other, 0x8180) + bytes(8) + rest, query)


@given(st.binary(max_size=60))
def test_noise_is_read_without_an_error(packet):
    answers(packet, encode(1, "a.example"))


def test_resolv_conf():
    text = (
        "# by hand\nsearch lan\nnameserver 10.8.0.1\n  nameserver  fd00::53  # this too\nnameserver name\nnameserver\n"
    )
    assert nameservers(text) == ["10.8.0.1", "fd00::53"]
    assert nameservers("") == []


def test_as_many_resolvers_as_a_c_library_asks():
    assert nameservers("\n".join(f"nameserver 10.0.0.{number}" for number in range(9))) == [
        "10.0.0.0",
        "10.0.0.1",
        "10.0.0.2",
    ]
