# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What C(/proc/PID/net) tells of a network namespace: parsers, and the reading of it.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import ipaddress
from typing import Iterable, Iterator, Optional, Tuple

_ESTABLISHED = "01"
#: Interfaces that VPN software makes.
_TUNNELS = ("tun", "wg", "tap")


def established(table: str) -> Iterator[Tuple[int, str]]:
    """Local port and peer address of each established connection in C(net/tcp) or C(net/tcp6).

    Format: the kernel's Documentation/networking/proc_net_tcp.rst; addresses are in host byte order,
    four bytes at a time. Lines that do not look like it are left out.
    """
    for line in table.splitlines()[1:]:
        fields = line.split()
        if len(fields) < 4 or fields[3] != _ESTABLISHED:
            continue
        try:
            local_port = int(fields[1].rpartition(":")[2], 16)
            yield local_port, _address(fields[2].partition(":")[0])
        except ValueError:
            continue


def has_tunnel(table: str) -> bool:
    """Whether C(net/dev) lists an interface of a VPN."""
    names = (line.partition(":")[0].strip() for line in table.splitlines()[2:])
    return any(name.startswith(_TUNNELS) for name in names)


def read(pid: int, name: str) -> Optional[str]:
    """C(/proc/PID/net/NAME); None: it cannot be read."""
    try:
        with open(f"/proc/{pid}/net/{name}", encoding="ascii", errors="replace") as handle:
            return handle.read()
    except OSError:
        return None


def count(tables: Iterable[str], port: int, without: str) -> int:
    """Established connections to a local port, those from the address C(without) left out."""
    return sum(1 for table in tables for local, peer in established(table) if local == port and peer != without)


def _address(text: str) -> str:
    words = [bytes.fromhex(text[at : at + 8])[::-1] for at in range(0, len(text), 8)]
    address = ipaddress.ip_address(b"".join(words))
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
