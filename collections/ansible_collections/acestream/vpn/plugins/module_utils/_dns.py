# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One DNS query from inside a namespace, to the resolver that the container uses (RFC 1035).

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import os
import re
import socket
import struct
import time
from typing import Optional

from ansible_collections.acestream.vpn.plugins.module_utils._namespace import NamespaceUnavailable, udp_socket
from ansible_collections.acestream.vpn.plugins.module_utils._observation import FAILED, OK, UNKNOWN

NAME = "cloudflare.com"
_TYPE_A, _CLASS_IN = 1, 1
_RECURSION_DESIRED, _RESPONSE = 0x0100, 0x8000


def probe(pid: int, timeout: float, name: str = NAME) -> str:
    """Ask for a name; any answer will do, for it shows that the resolver is there.

    :returns: ok, failed or unknown.
    """
    server = nameserver(pid)
    if server is None:
        return UNKNOWN
    query_id = int.from_bytes(os.urandom(2), "big")
    try:
        with udp_socket(pid) as sock:
            sock.connect((server, 53))
            deadline = time.monotonic() + timeout
            # UDP may lose a packet: one is no evidence, two are.
            for attempt in (1, 2):
                sock.send(encode(query_id, name))
                left = deadline - time.monotonic()
                sock.settimeout(max(0.05, left / 2 if attempt == 1 else left))
                try:
                    if answers(sock.recv(4096), query_id):
                        return OK
                except socket.timeout:
                    continue
            return FAILED
    except NamespaceUnavailable:
        return UNKNOWN
    except OSError:
        return FAILED


def encode(query_id: int, name: str) -> bytes:
    """A query for the IPv4 address of a name.

    :raises ValueError: a label is empty or longer than 63 bytes.
    """
    labels = [label.encode("ascii") for label in name.rstrip(".").split(".")]
    if not all(0 < len(label) < 64 for label in labels):
        raise ValueError(f"{name!r} is not a domain name")
    question = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    header = struct.pack(">HHHHHH", query_id, _RECURSION_DESIRED, 1, 0, 0, 0)
    return header + question + struct.pack(">HH", _TYPE_A, _CLASS_IN)


def answers(packet: bytes, query_id: int) -> bool:
    """Whether a packet is a response to that query, whatever it says."""
    if len(packet) < 12:
        return False
    found, flags = struct.unpack(">HH", packet[:4])
    return found == query_id and bool(flags & _RESPONSE)


def nameserver(pid: int) -> Optional[str]:
    """The first IPv4 resolver in the container's C(/etc/resolv.conf)."""
    try:
        with open(f"/proc/{pid}/root/etc/resolv.conf", encoding="utf-8", errors="replace") as handle:
            found = re.search(r"^\s*nameserver\s+(\d+\.\d+\.\d+\.\d+)\s*$", handle.read(), re.MULTILINE)
    except OSError:
        return None
    return found.group(1) if found else None
