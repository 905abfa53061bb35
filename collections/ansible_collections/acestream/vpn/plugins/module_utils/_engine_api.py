# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An engine's HTTP API, asked from inside its own namespace, where nothing is in the way.

This collection asks from an address that nobody else uses, so that its own connections
can be told from live streams.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import http.client
import json
import socket
from typing import Any, Dict, Optional, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._namespace import tcp_socket
from ansible_collections.acestream.vpn.plugins.module_utils._observation import FAILED, OK

#: Our own source address for loopback connections. All of 127.0.0.0/8 is local on Linux.
SOURCE = "127.83.86.80"
_STATUS = "/server/api?api_version=3&method=get_status"
_CONNECTION = "/server/api?api_version=3&method=get_network_connection_status"
_BODY_MAX = 65536


class _Connection(http.client.HTTPConnection):
    """HTTP over a socket that was made inside a namespace."""

    def __init__(self, pid: int, port: int, timeout: float) -> None:
        super().__init__("127.0.0.1", port, timeout=timeout)
        self._pid = pid

    def connect(self) -> None:
        sock: socket.socket = tcp_socket(self._pid, SOURCE)
        try:
            sock.settimeout(self.timeout)
            sock.connect((self.host, self.port))
        except OSError:
            sock.close()
            raise
        self.sock = sock


def ask(pid: int, port: int, timeout: float) -> Tuple[str, Optional[bool], Dict[str, Any], str]:
    """Ask an engine how it is.

    :returns: ok or failed; what it says of its connection (None: nothing); its version; why it failed.
    :raises NamespaceUnavailable: its namespace cannot be entered, so nothing is known.
    """
    try:
        status = _get(pid, port, _STATUS, timeout)
        version = status.get("version")
        connected = _get(pid, port, _CONNECTION, timeout).get("connected")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return FAILED, None, {}, f"its API on port {port} does not answer: {error or type(error).__name__}"
    said = connected if isinstance(connected, bool) else None
    return OK, said, version if isinstance(version, dict) else {}, ""


def _get(pid: int, port: int, path: str, timeout: float) -> Dict[str, Any]:
    """The C(result) of one API call.

    :raises ValueError: the answer is not one of this API.
    """
    connection = _Connection(pid, port, timeout)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read(_BODY_MAX)
    finally:
        connection.close()
    if response.status != 200:
        raise ValueError(f"status {response.status}")
    document = json.loads(body)
    result = document.get("result") if isinstance(document, dict) else None
    if not isinstance(result, dict):
        raise ValueError("an answer without a result")
    return result
