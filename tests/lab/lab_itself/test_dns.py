# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The provider's resolver (RFC 1035)."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from tests.lab.lab_itself.image_code import load

dns = load("provider", "dns")
NAME = b"\x06github\x03com\x00"


def query(kind: int) -> bytes:
    return struct.pack(">HHHHHH", 0xBEEF, 0x0100, 1, 0, 0, 0) + NAME + struct.pack(">HH", kind, 1)


def test_an_address_is_given_for_any_name() -> None:
    reply = dns.answer(query(1), "10.8.1.1")
    assert struct.unpack(">HHHHHH", reply[:12]) == (0xBEEF, 0x8180, 1, 1, 0, 0)
    assert reply[12 : 12 + len(NAME)] == NAME
    assert reply[-4:] == bytes([10, 8, 1, 1])


def test_other_types_get_an_empty_answer() -> None:
    reply = dns.answer(query(28), "10.8.1.1")
    assert struct.unpack(">HHHHHH", reply[:12]) == (0xBEEF, 0x8180, 1, 0, 0, 0)
    assert len(reply) == len(query(28))


@given(st.binary(max_size=80))
def test_any_datagram_is_answered_or_ignored(data: bytes) -> None:
    reply = dns.answer(data, "10.8.1.1")
    assert reply is None or reply[:2] == data[:2]
