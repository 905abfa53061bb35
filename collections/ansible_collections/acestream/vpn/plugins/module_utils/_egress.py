# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The egress probe: does a connection through the tunnel reach a server beyond it?

It enters the namespace and connects by itself, so that the image needs no tool. Targets
are addresses, never names: DNS is evidence of its own.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import errno
import selectors
import socket
import time
from typing import List, Sequence, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._namespace import inside
from ansible_collections.acestream.vpn.plugins.module_utils._observation import FAILED, OK


def probe(pid: int, targets: Sequence[str], timeout: float) -> Tuple[str, str]:
    """Connect to all targets at once, from inside the namespace of a process; the first that answers decides.

    :param targets: C(address:port).
    :returns: ok or failed, and the target that answered or what the others said.
    :raises NamespaceUnavailable: the namespace cannot be entered, so nothing is known.
    """
    addresses = [parse_target(target) for target in targets]
    attempts = inside(pid, lambda: [_begin(address) for address in addresses])
    selector = selectors.DefaultSelector()
    said: List[str] = []
    try:
        for target, (sock, code) in zip(targets, attempts):
            if code in (0, errno.EINPROGRESS):
                selector.register(sock, selectors.EVENT_WRITE, target)
            else:
                said.append(f"{target}: {errno.errorcode.get(code, str(code))}")
        deadline = time.monotonic() + timeout
        while selector.get_map() and time.monotonic() < deadline:
            for key, _events in selector.select(max(0.0, deadline - time.monotonic())):
                code = key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if code == 0:
                    return OK, key.data
                said.append(f"{key.data}: {errno.errorcode.get(code, str(code))}")
                selector.unregister(key.fileobj)
        said.extend(f"{key.data}: no answer in {timeout:g} s" for key in selector.get_map().values())
        return FAILED, ", ".join(said)
    finally:
        selector.close()
        for sock, _code in attempts:
            sock.close()


def parse_target(target: str) -> Tuple[str, int]:
    """Split C(address:port) or C([address]:port).

    :raises ValueError: it is neither, or the address is a name.
    """
    host, _colon, port = target.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.inet_pton(family, host)
        number = int(port)
    except (OSError, ValueError):
        number = 0
    if not 0 < number < 65536:
        raise ValueError(f"egress target {target!r}: give an IP address and a port, such as 1.1.1.1:443")
    return host, number


def _begin(address: Tuple[str, int]) -> Tuple[socket.socket, int]:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setblocking(False)
    return sock, sock.connect_ex(address)
