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
import time
from typing import Any, Dict, NamedTuple, Optional, Union

from ansible_collections.acestream.vpn.plugins.module_utils._host.namespace import tcp_sockets
from ansible_collections.acestream.vpn.plugins.module_utils._host.parallel import gather
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import FAILED, OK, UNKNOWN

#: Our own source address for loopback connections. All of 127.0.0.0/8 is local on Linux.
SOURCE = "127.83.86.80"
STATUS = "/server/api?api_version=3&method=get_status"
CONNECTION = "/server/api?api_version=3&method=get_network_connection_status"
_BODY_MAX = 65536
_HOST = "127.0.0.1"


class EngineAnswer(NamedTuple):
    """What an engine says of itself.

    :ivar api: ok, failed (refused, reset, timed out, nonsense) or unknown.
    :ivar connected: what it says of its connection; None: nothing.
    :ivar version: of its program, as it says it: C(version) and C(platform).
    :ivar problem: what is missing of the above, and why; empty: nothing is.
    """

    api: str
    connected: Optional[bool] = None
    version: Dict[str, Any] = {}
    problem: str = ""


def ask(pid: int, port: int, timeout: float, deadline: Optional[float] = None) -> EngineAnswer:
    """Ask the engine that listens on a port in the namespace of a process.

    :param timeout: what an engine is given to answer, seconds; one that takes longer fails.
    :param deadline: what we have, on the clock of C(time.monotonic); with less, nothing is known of a slow engine.
    :raises NamespaceUnavailable: its namespace cannot be entered, so nothing is known.
    """
    ends = time.monotonic() + timeout
    # A server that answers byte by byte is slow too: only a deadline for all of it tells.
    late = ends + timeout * 0.1
    late = late if deadline is None else min(late, deadline)
    answer: Union[EngineAnswer, BaseException] = gather({"engine": lambda: _ask(pid, port, ends)}, late)["engine"]
    if isinstance(answer, TimeoutError):
        if time.monotonic() < ends:
            return EngineAnswer(UNKNOWN, problem="there was no time left to ask its API: evidence_timeout is too short")
        return EngineAnswer(FAILED, problem=f"its API on port {port} did not answer in {timeout:g} s")
    if isinstance(answer, BaseException):
        raise answer
    return answer


def read_result(status: int, body: bytes) -> Dict[str, Any]:
    """The C(result) of one API call.

    :raises ValueError: the answer is not one of this API.
    """
    if status != 200:
        raise ValueError(f"status {status}")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise ValueError("something else than JSON") from None
    result = document.get("result") if isinstance(document, dict) else None
    if not isinstance(result, dict):
        raise ValueError("an answer without a result")
    return result


def as_answer(status: Dict[str, Any], connection: Dict[str, Any], problem: str = "") -> EngineAnswer:
    """Put the results of both calls together; C(connection) is empty where there is none."""
    version = status.get("version")
    connected = connection.get("connected")
    if not isinstance(connected, bool):
        connected = None
        problem = problem or "it does not say whether it is connected"
    return EngineAnswer(OK, connected, version if isinstance(version, dict) else {}, problem)


def _ask(pid: int, port: int, ends: float) -> EngineAnswer:
    try:
        # Entering the namespace costs more than a call: both calls' sockets are made at once.
        first, second = tcp_sockets(pid, 2, SOURCE)
    except OSError as error:
        return EngineAnswer(FAILED, problem=f"its API on port {port} does not answer: {_words(error)}")
    with first, second:
        try:
            status = _get(first, port, STATUS, ends)
        except _TROUBLE as error:
            return EngineAnswer(FAILED, problem=f"its API on port {port} does not answer: {_words(error)}")
        try:
            return as_answer(status, _get(second, port, CONNECTION, ends))
        except _TROUBLE as error:
            return as_answer(status, {}, f"it was not to be learnt whether it is connected: {_words(error)}")


def _get(sock: socket.socket, port: int, path: str, ends: float) -> Dict[str, Any]:
    connection = http.client.HTTPConnection(_HOST, port)
    sock.settimeout(max(0.01, ends - time.monotonic()))
    sock.connect((_HOST, port))
    connection.sock = sock
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return read_result(response.status, response.read(_BODY_MAX))
    finally:
        connection.close()


_TROUBLE = (OSError, http.client.HTTPException, ValueError)


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
