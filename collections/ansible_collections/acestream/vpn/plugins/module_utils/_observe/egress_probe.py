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
from typing import List, Optional, Sequence, Tuple, cast

from ansible_collections.acestream.vpn.plugins.module_utils._host.namespace import inside
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import FAILED, OK, UNKNOWN


def probe(pid: int, targets: Sequence[str], timeout: float) -> Tuple[str, str]:
    """Connect to all targets at once, from inside the namespace of a process; the first that answers decides.

    :param targets: C(address:port).
    :param timeout: seconds.
    :returns: ok, failed, or unknown where no connection could even be tried; and the target that answered, or
        what became of each.
    :raises NamespaceUnavailable: the namespace cannot be entered, so nothing is known.
    :raises ValueError: a target is not an address and a port, or there is no time to connect.
    """
    if not timeout > 0:
        raise ValueError("probe_timeout has to be more than 0: without time, every connection fails")
    addresses = {target: parse_target(target) for target in targets}
    attempts = inside(pid, lambda: [_Attempt(*item) for item in addresses.items()])
    try:
        winner = _first_connected(attempts, timeout)
    finally:
        for attempt in attempts:
            attempt.close()
    if winner is not None:
        return OK, winner
    said = ", ".join(f"{attempt.target}: {attempt.said}" for attempt in attempts)
    return (FAILED if any(attempt.tried for attempt in attempts) else UNKNOWN), said or "no targets are given"


def parse_target(target: str) -> Tuple[str, int]:
    """Split C(address:port) or C([address]:port).

    :raises ValueError: it is neither, or the address is a name.
    """
    host, _colon, port = target.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    host = host[1:-1] if bracketed else host
    try:
        # Without brackets, nobody could tell the port from the last part of an IPv6 address.
        socket.inet_pton(socket.AF_INET6 if bracketed else socket.AF_INET, host)
        number = int(port)
    except (OSError, ValueError):
        number = 0
    if not 0 < number < 65536:
        raise ValueError(f"egress target {target!r}: give an IP address and a port, such as 1.1.1.1:443")
    return host, number


class _Attempt:
    """A connection to one target that is begun, without waiting, by making this object.

    :ivar tried: it was begun; what became of it tells of the network and not of this machine.
    """

    def __init__(self, target: str, address: Tuple[str, int]) -> None:
        self.target = target
        self.said = "no answer"
        self.tried = False
        self.sock: Optional[socket.socket] = None
        try:
            self.sock = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_STREAM)
        except OSError as error:  # no IPv6 here, or no more files
            self.said = error.strerror or str(error)
            return
        self.tried = True
        self.sock.setblocking(False)
        code = self.sock.connect_ex(address)
        if code not in (0, errno.EINPROGRESS):
            self.fail(code)

    def code(self) -> int:
        """What became of it, once something did: 0 where it is connected, or a number of C(errno)."""
        return errno.EBADF if self.sock is None else self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)

    def fail(self, code: int) -> None:
        self.said = errno.errorcode.get(code, str(code))
        self.close()

    def close(self) -> None:
        if self.sock is not None:
            self.sock.close()
        self.sock = None


def _first_connected(attempts: List[_Attempt], timeout: float) -> Optional[str]:
    """The target whose handshake is complete first; None: none was in time."""
    deadline = time.monotonic() + timeout
    with selectors.DefaultSelector() as selector:
        for attempt in attempts:
            if attempt.sock is not None:
                selector.register(attempt.sock, selectors.EVENT_WRITE, attempt)
        left = len(selector.get_map())
        while left and time.monotonic() < deadline:
            for key, _events in selector.select(max(0.0, deadline - time.monotonic())):
                attempt = cast(_Attempt, key.data)
                code = attempt.code()
                if code == 0:
                    return attempt.target
                selector.unregister(key.fileobj)
                attempt.fail(code)
                left -= 1
    return None
