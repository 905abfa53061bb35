# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An engine's HTTP API by way of Docker: where its namespace cannot be entered from here, a tool of the image asks.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerError, run_in
from ansible_collections.acestream.vpn.plugins.module_utils._host.parallel import gather
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import UNKNOWN
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_api import (
    CONNECTION,
    STATUS,
    EngineAnswer,
    as_answer,
    read_result,
)

_COMMAND = (
    "unset http_proxy HTTP_PROXY all_proxy ALL_PROXY; for path in '{status}' '{connection}'; do url=http://127.0.0.1:"
    '{port}$path; if command -v curl >/dev/null 2>&1; then curl -sf -m {seconds} "$url"; '
    'elif command -v wget >/dev/null 2>&1; then wget -q -T {seconds} -O - "$url"; fi; echo; echo "=$?"; done'
)


def ask_by_exec(client: Any, container_id: str, port: int, timeout: float, deadline: float) -> EngineAnswer:
    """Ask with the image's curl or wget.

    Only an answer counts. A tool's failure is not told from that of the engine, so it leaves things unknown.

    :param timeout: of each call, seconds.
    :param deadline: on the clock of C(time.monotonic).
    """
    seconds = max(1, round(timeout))
    command = ["sh", "-c", _COMMAND.format(status=STATUS, connection=CONNECTION, port=port, seconds=seconds)]
    printed = gather({"exec": lambda: run_in(client, container_id, command)}, deadline)["exec"]
    if isinstance(printed, (DockerError, TimeoutError)):
        return EngineAnswer(UNKNOWN, problem=f"its API could not be asked with docker exec: {printed}")
    if isinstance(printed, BaseException):
        raise printed
    return interpret(printed)


def interpret(printed: str) -> EngineAnswer:
    """Read the two answers, each on a line of its own and followed by one that begins with C(=)."""
    bodies = [part.strip() for part in printed.split("\n=")]
    try:
        status = read_result(200, bodies[0].encode())
    except ValueError:
        return EngineAnswer(UNKNOWN, problem="neither curl nor wget in its image got an answer from its API")
    try:
        # The rest of the line that ended the first answer comes before the second.
        connection = read_result(200, bodies[1].partition("\n")[2].encode())
    except (IndexError, ValueError):
        connection = {}
    return as_answer(status, connection)
