# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The swarm's transport stream (ISO/IEC 13818-1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.lab_itself.image_code import load

mpegts = load("provider", "mpegts")
INFOHASH = "b" * 40


def pid(packet: bytes) -> int:
    return (packet[1] & 0x1F) << 8 | packet[2]


def crc(data: bytes) -> int:
    """CRC-32/MPEG-2; 0 over a section that ends in its own checksum."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte << 24
        for _bit in range(8):
            value = (value << 1 ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
    return value


@given(st.integers(0, 0x1FFF), st.integers(0, 1000), st.binary(max_size=300), st.booleans())
def test_a_packet_has_188_bytes_and_its_header(number: int, counter: int, payload: bytes, starts: bool) -> None:
    packet = mpegts.packet(number, counter, payload, starts)
    assert len(packet) == 188
    assert packet[0] == 0x47
    assert pid(packet) == number
    assert packet[3] == 0x10 | counter % 16
    assert bool(packet[1] & 0x40) == starts
    assert not packet[1] & 0xA0


@given(st.integers(0, 10**9))
def test_continuity_counters_count_up_by_one_for_each_pid(first: int) -> None:
    before: dict[int, int] = {}
    for index in range(first, first + 3 * mpegts.CYCLE):
        packet = mpegts.live(INFOHASH, index)
        if pid(packet) == mpegts.NULL_PID:
            continue
        counter = packet[3] & 0x0F
        assert counter == (before.get(pid(packet), counter - 1) + 1) % 16
        before[pid(packet)] = counter
    assert set(before) == {mpegts.PAT_PID, mpegts.DATA_PID}


def test_the_table_has_a_right_checksum() -> None:
    table = mpegts.live(INFOHASH, 0)
    assert pid(table) == 0
    assert table[4] == 0
    assert crc(table[5 : 5 + 3 + 13]) == 0


def test_whoever_asks_gets_the_same_broadcast_and_another_content_is_another() -> None:
    assert mpegts.live(INFOHASH, 77) == mpegts.live(INFOHASH, 77)
    assert mpegts.live(INFOHASH, 77) != mpegts.live(INFOHASH, 78)
    assert mpegts.live(INFOHASH, 77) != mpegts.live("c" * 40, 77)


def test_the_rate_is_the_wanted_one() -> None:
    assert mpegts.index_at(60, 2.0) * 188 * 8 / 60 == pytest.approx(2_000_000, rel=0.001)
