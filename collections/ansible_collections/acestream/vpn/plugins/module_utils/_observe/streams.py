# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Live streams of an engine: the clients that are connected to its HTTP port right now.

A client may come from anywhere, also from another container in the same namespace. Left out are this collection's
own calls, and calls over loopback that are gone a moment later: those are health checks of the image.
A client that keeps an idle connection open cannot be told from one that watches.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import threading
import time
from typing import Any, Callable, Dict, List, Optional, Set

from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerError, run_in
from ansible_collections.acestream.vpn.plugins.module_utils._host.namespace import identity
from ansible_collections.acestream.vpn.plugins.module_utils._host.parallel import gather
from ansible_collections.acestream.vpn.plugins.module_utils._host.proc_net import Connection, established, tcp_tables
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_api import SOURCE

#: A health check over loopback takes milliseconds.
_MOMENT = 0.1
_EXEC = 5.0


class Connections:
    """The established connections of each namespace during one look: read once, for all engines that share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: Dict[Optional[str], Optional[List[Connection]]] = {}

    def of(self, pid: int) -> Optional[List[Connection]]:
        """Those in the namespace of a process; None: they cannot be seen."""
        key = identity(pid)
        if key is None:
            return _read(pid)
        with self._lock:
            if key not in self._known:
                self._known[key] = _read(pid)
            return self._known[key]


def live_streams(pid: int, port: int, known: Optional[Connections] = None) -> Optional[int]:
    """Clients of a port in the namespace of a process; None: they cannot be seen.

    :param known: of the look that this belongs to; None: the table is read for this alone.
    """
    return _count((known or Connections()).of(pid), lambda: _read(pid), port)


def live_streams_by_exec(client: Any, container_id: str, port: int, deadline: Optional[float] = None) -> Optional[int]:
    """The same by way of Docker, where C(/proc) is out of sight; None: the image has no C(cat), or it failed.

    :param deadline: on the clock of C(time.monotonic), for an exec may hang for ever; None: a few seconds from now.
    """
    if deadline is None:
        deadline = time.monotonic() + _EXEC

    def look() -> Optional[List[Connection]]:
        return _printed(client, container_id)

    counted = gather({"exec": lambda: _count(look(), look, port)}, deadline)["exec"]
    return counted if isinstance(counted, int) else None


def clients(connections: List[Connection], port: int) -> Set[Connection]:
    """Those to a local port, our own left out."""
    return {item for item in connections if item.local_port == port and item.peer != SOURCE}


def _count(
    now: Optional[List[Connection]], again: Callable[[], Optional[List[Connection]]], port: int
) -> Optional[int]:
    if now is None:
        return None
    found = clients(now, port)
    brief = {item for item in found if item.loopback}
    if brief:
        time.sleep(_MOMENT)
        later = again()
        if later is not None:
            found -= brief - clients(later, port)
    return len(found)


def _read(pid: int) -> Optional[List[Connection]]:
    tables = tcp_tables(pid)
    return None if tables is None else list(established(tables))


def _printed(client: Any, container_id: str) -> Optional[List[Connection]]:
    try:
        printed = run_in(client, container_id, ["cat", "/proc/net/tcp", "/proc/net/tcp6"])
    except DockerError:
        return None
    return list(established(printed)) if "local_address" in printed else None
