# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Live streams of an engine: the clients that are connected to its HTTP port right now.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Any, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._docker import DockerError, call
from ansible_collections.acestream.vpn.plugins.module_utils._engine_api import SOURCE
from ansible_collections.acestream.vpn.plugins.module_utils._proc_net import count, read

_TABLES = ("tcp", "tcp6")


def live_streams(pid: int, port: int) -> Optional[int]:
    """Established connections to a port in the namespace of a process, our own left out; None: not to be seen."""
    tables = [table for table in (read(pid, name) for name in _TABLES) if table is not None]
    return count(tables, port, SOURCE) if tables else None


def live_streams_by_exec(client: Any, container_id: str, port: int) -> Optional[int]:
    """The same by way of Docker, where C(/proc) is out of sight; None: the image has no C(cat), or it failed."""
    try:
        made = call(client.exec_create, container_id, ["cat", "/proc/net/tcp", "/proc/net/tcp6"])
        output = call(client.exec_start, made["Id"]).decode("ascii", "replace")
    except DockerError:
        return None
    head = output.find("local_address")
    return count([output], port, SOURCE) if head >= 0 else None
