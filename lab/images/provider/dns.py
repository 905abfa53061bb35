# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A resolver that knows one address for every name, so that nothing needs the world outside (RFC 1035)."""

from __future__ import annotations

import socket
import struct

from settings import DNS_PORT, INTERNET_IP
from switches import switch

_RESPONSE = 0x8180  # an answer, recursion desired and available
_TYPE_A, _CLASS_IN, _TTL = 1, 1, 60
_NAME_AT = 0xC00C  # "the name of the question"


def serve() -> None:
    """Answer for ever, except while the fault ``dns`` is set."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("0.0.0.0", DNS_PORT))
    while True:
        query, peer = server.recvfrom(1500)
        reply = None if switch("dns") else answer(query, INTERNET_IP)
        if reply is not None:
            server.sendto(reply, peer)


def answer(query: bytes, address: str) -> bytes | None:
    """An A record with this address; no record for another type; None for what is no question."""
    end = 12
    while end < len(query) and query[end]:
        end += query[end] + 1
    end += 5  # the name's last byte, type and class
    if end > len(query) or query[2] & 0x80:
        return None
    kind = struct.unpack(">H", query[end - 4 : end - 2])[0]
    wants_address = kind == _TYPE_A
    header = query[:2] + struct.pack(">HHHHH", _RESPONSE, 1, int(wants_address), 0, 0)
    record = struct.pack(">HHHIH", _NAME_AT, _TYPE_A, _CLASS_IN, _TTL, 4) + socket.inet_aton(address)
    return header + query[12:end] + (record if wants_address else b"")
