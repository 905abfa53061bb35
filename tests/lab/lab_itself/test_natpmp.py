# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""NAT-PMP packets and the provider's answers to them (RFC 6886)."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.lab_itself.image_code import load

natpmp = load("provider", "natpmp")
port_forwarding = load("provider", "port_forwarding")
PORTS = st.integers(0, 65535)
SECONDS = st.integers(0, 2**32 - 1)
OPCODES = st.sampled_from([1, 2])


@given(OPCODES, PORTS, PORTS, SECONDS)
def test_a_request_reads_back(opcode: int, internal: int, external: int, lifetime: int) -> None:
    request = natpmp.MapRequest(opcode, internal, external, lifetime)
    assert len(request.encode()) == 12
    assert natpmp.decode_request(request.encode()) == request


@given(OPCODES, st.integers(0, 5), SECONDS, PORTS, PORTS, SECONDS)
def test_an_answer_reads_back(opcode: int, result: int, epoch: int, internal: int, external: int, life: int) -> None:
    answer = natpmp.MapAnswer(opcode, result, epoch, internal, external, life)
    assert len(answer.encode()) == 16
    assert natpmp.decode_map_answer(answer.encode()) == answer


@given(st.binary(max_size=40))
def test_any_datagram_is_read_or_refused(packet: bytes) -> None:
    for decode in (natpmp.decode_request, natpmp.decode_map_answer):
        try:
            decode(packet)
        except natpmp.MalformedPacket:
            continue


def test_the_bytes_are_those_of_the_specification() -> None:
    assert natpmp.encode_address_request() == b"\0\0"
    assert natpmp.encode_address_answer(7, "203.0.113.7") == bytes.fromhex("0080000000000007cb007107")
    assert natpmp.MapRequest(1, 0, 1, 60).encode() == bytes.fromhex("00010000000000010000003c")
    assert natpmp.MapAnswer(2, 0, 7, 0, 45001, 60).encode() == bytes.fromhex("00820000000000070000afc90000003c")


@given(OPCODES, PORTS, PORTS, SECONDS, st.integers(1, 65535))
def test_the_provider_hands_out_its_port_whatever_is_asked_for(
    opcode: int, internal: int, external: int, lifetime: int, port: int
) -> None:
    request = natpmp.MapRequest(opcode, internal, external, lifetime).encode()
    reply = natpmp.decode_map_answer(port_forwarding.answer(request, "203.0.113.7", port, 9))
    assert (reply.opcode, reply.result, reply.internal, reply.external) == (opcode, 0, internal, port)
    assert reply.lifetime == lifetime


def test_the_provider_refuses_without_a_port() -> None:
    reply = natpmp.decode_map_answer(
        port_forwarding.answer(natpmp.MapRequest(1, 0, 1, 60).encode(), "203.0.113.7", None, 9)
    )
    assert (reply.result, reply.external) == (natpmp.OUT_OF_RESOURCES, 0)


@pytest.mark.parametrize("packet", [b"", b"\0", b"\0\x05", struct.pack(">BBHHHI", 1, 1, 0, 0, 1, 60)])
def test_the_provider_is_silent_to_what_is_no_request(packet: bytes) -> None:
    assert port_forwarding.answer(packet, "203.0.113.7", 45001, 9) is None
