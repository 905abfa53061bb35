# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""NAT-PMP packets (RFC 6886), both ways: requests as a VPN client sends them, answers as a gateway gives them."""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass

PORT = 5351
ADDRESS, MAP_UDP, MAP_TCP = 0, 1, 2
#: RFC 6886, section 3.5: the gateway has no port left.
OUT_OF_RESOURCES = 4
_ANSWER = 128


class MalformedPacket(ValueError):
    """A datagram is not a NAT-PMP packet of the kind that was expected."""


@dataclass(frozen=True)
class MapRequest:
    """Ask for a port. ``lifetime`` in seconds; 0 takes the mapping back."""

    opcode: int
    internal: int
    external: int
    lifetime: int

    def encode(self) -> bytes:
        return struct.pack(">BBHHHI", 0, self.opcode, 0, self.internal, self.external, self.lifetime)


@dataclass(frozen=True)
class MapAnswer:
    """A port was given, or not: ``result`` 0 is success."""

    opcode: int
    result: int
    epoch: int
    internal: int
    external: int
    lifetime: int

    def encode(self) -> bytes:
        return struct.pack(
            ">BBHIHHI", 0, _ANSWER + self.opcode, self.result, self.epoch, self.internal, self.external, self.lifetime
        )


def encode_address_request() -> bytes:
    return struct.pack(">BB", 0, ADDRESS)


def encode_address_answer(epoch: int, address: str) -> bytes:
    return struct.pack(">BBHI", 0, _ANSWER, 0, epoch) + ipaddress.IPv4Address(address).packed


def decode_request(packet: bytes) -> MapRequest | None:
    """Read a request; None: it asks for the gateway's address.

    :raises MalformedPacket: it is not a request.
    """
    if packet[:2] == encode_address_request() and len(packet) == 2:
        return None
    if len(packet) != 12 or packet[0] != 0 or packet[1] not in (MAP_UDP, MAP_TCP):
        raise MalformedPacket(f"{len(packet)} bytes are no NAT-PMP request")
    _version, opcode, _reserved, internal, external, lifetime = struct.unpack(">BBHHHI", packet)
    return MapRequest(opcode, internal, external, lifetime)


def decode_map_answer(packet: bytes) -> MapAnswer:
    """Read an answer to a mapping request.

    :raises MalformedPacket: it is not one.
    """
    if len(packet) != 16 or packet[0] != 0 or packet[1] not in (_ANSWER + MAP_UDP, _ANSWER + MAP_TCP):
        raise MalformedPacket(f"{len(packet)} bytes are no NAT-PMP mapping answer")
    _version, opcode, result, epoch, internal, external, lifetime = struct.unpack(">BBHIHHI", packet)
    return MapAnswer(opcode - _ANSWER, result, epoch, internal, external, lifetime)
