# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""MPEG transport stream packets (ISO/IEC 13818-1, section 2.4.3): 188 bytes, sync byte, continuity counters."""

from __future__ import annotations

import hashlib
import struct

PACKET = 188
SYNC = 0x47
PAT_PID, DATA_PID, NULL_PID = 0x0000, 0x0100, 0x1FFF
#: Of every so many packets the first is a table and the second an empty one, which keeps the rate.
CYCLE = 40
#: Program 1 has its map on PID 0x1000; the last four bytes are the section's checksum.
_TABLE = bytes.fromhex("0000b00d0001c100000001f0002ab104b2")


def live(infohash: str, index: int) -> bytes:
    """Packet number ``index`` of a broadcast: the same for whoever asks for it, whenever."""
    cycle, place = divmod(index, CYCLE)
    if place == 0:
        return packet(PAT_PID, cycle, _TABLE, starts=True)
    if place == 1:
        return packet(NULL_PID, 0, b"")
    seed = hashlib.blake2b(f"{infohash}:{index}".encode(), digest_size=46).digest()
    return packet(DATA_PID, cycle * (CYCLE - 2) + place - 2, seed * 4)


def packet(pid: int, counter: int, payload: bytes, starts: bool = False) -> bytes:
    """One packet without adaptation field; ``payload`` is cut or filled to 184 bytes."""
    head = struct.pack(">BHB", SYNC, starts << 14 | pid & 0x1FFF, 0x10 | counter & 0x0F)
    return head + payload[: PACKET - 4].ljust(PACKET - 4, b"\xff")


def index_at(seconds: float, mbit: float) -> int:
    """How many packets a stream of this rate has sent after so many seconds."""
    return int(seconds * mbit * 1_000_000 / 8 / PACKET)
