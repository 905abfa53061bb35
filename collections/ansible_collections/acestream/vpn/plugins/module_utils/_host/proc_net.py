# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What C(/proc/PID/net) tells of a network namespace: parsers, and the reading of it.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import os
import re
import socket
import sys
from typing import Iterator, NamedTuple, Optional

_ESTABLISHED = "01"
#: How an IPv6 socket sees a peer that came over IPv4 (RFC 4291, 2.5.5.2).
_MAPPED = bytes(10) + b"\xff\xff"
#: Bytes that are asked for at once, and below which an answer was the last: a page, less the longest line of any file.
_PART = 65536
_FULL = 4096 - 512
_NO_TCP6 = re.compile(r"^TCP6: inuse 0$", re.MULTILINE)
#: Interfaces that VPN software makes.
_TUNNELS = ("tun", "wg", "tap")


class Connection(NamedTuple):
    """One end of an established TCP connection, as its own host sees it."""

    local_port: int
    peer: str
    peer_port: int

    @property
    def loopback(self) -> bool:
        """The other end is in the same namespace."""
        return self.peer.startswith("127.") or self.peer == "::1"


def established(table: str) -> Iterator[Connection]:
    """The established connections in C(net/tcp) or C(net/tcp6), or in both, one after the other.

    Format: the kernel's Documentation/networking/proc_net_tcp.rst. Lines that do not look like it, such as the
    headings, are left out.
    """
    for line in table.splitlines():
        fields = line.split()
        if len(fields) < 4 or fields[3] != _ESTABLISHED:
            continue
        try:
            local_port = int(fields[1].rpartition(":")[2], 16)
            address, _colon, peer_port = fields[2].partition(":")
            yield Connection(local_port, _address(address), int(peer_port, 16))
        except ValueError:
            continue


def has_tunnel(table: str) -> bool:
    """Whether C(net/dev) lists an interface of a VPN."""
    names = (line.partition(":")[0].strip() for line in table.splitlines() if ":" in line)
    return any(name.startswith(_TUNNELS) for name in names)


def tcp_tables(pid: int) -> Optional[str]:
    """C(net/tcp) and C(net/tcp6), one after the other; None: they cannot be read.

    The kernel walks its table of all connections of the host for each of them, which takes milliseconds. So the
    second is left out where there is no socket for it to tell of.
    """
    table = read(pid, "tcp")
    if table is None:
        return None
    none = _NO_TCP6.search(read(pid, "sockstat6") or "")
    return table if none else table + (read(pid, "tcp6") or "")


def read(pid: int, name: str) -> Optional[str]:
    """C(/proc/PID/net/NAME); None: it cannot be read."""
    parts = []
    try:
        descriptor = os.open(f"/proc/{pid}/net/{name}", os.O_RDONLY | os.O_CLOEXEC)
        try:
            while True:
                part = os.read(descriptor, _PART)
                parts.append(part)
                # The kernel fills a page with whole lines, as long as there are any. Asking again for what is known
                # to be at its end would have it walk its table of connections once more.
                if len(part) < _FULL:
                    break
        finally:
            os.close(descriptor)
    except OSError:
        return None
    return b"".join(parts).decode("ascii", "replace")


def _address(text: str) -> str:
    """An address of 4 or 16 bytes: words of 4 bytes each, in the byte order of the host.

    :raises ValueError: it is none.
    """
    step = -1 if sys.byteorder == "little" else 1
    packed = b"".join(bytes.fromhex(text[at : at + 8])[::step] for at in range(0, len(text), 8))
    if packed.startswith(_MAPPED) and len(packed) == 16:
        packed = packed[12:]
    return socket.inet_ntop(socket.AF_INET6 if len(packed) == 16 else socket.AF_INET, packed)
