# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The egress probe by way of Docker: where the namespace cannot be entered from here, a tool of the image connects.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import re
import time
from typing import Any, Sequence, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerError, run_in
from ansible_collections.acestream.vpn.plugins.module_utils._host.parallel import gather
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import FAILED, OK, UNKNOWN

# Whichever of the two the image has. GNU's wget tries 20 times unless told otherwise; BusyBox's cannot be told.
_COMMAND = (
    "unset http_proxy HTTP_PROXY all_proxy ALL_PROXY; export LC_ALL=C; "
    "if command -v curl >/dev/null 2>&1; then "
    "curl -s -o /dev/null -w 'connected=%{{time_connect}}\\n' -m {seconds} http://{target}/; echo curl $?; "
    "elif command -v wget >/dev/null 2>&1; then "
    'case "$(wget --version 2>&1)" in *GNU*) once="-t 1";; *) once="";; esac; '
    "wget $once -T {seconds} -O /dev/null http://{target}/ 2>&1; echo wget $?; "
    "else echo none 0; fi"
)
#: curl's exit codes that say that no connection came about (curl's manual, EXIT CODES): refused or no route, time-out.
_CURL_FAILED = (7, 28)
_CURL_CONNECTED = re.compile(r"connected=[0.]*[1-9]")
#: Exit codes of GNU wget for a failure of the network and for an error that the server sent. BusyBox always has 1.
_WGET_NETWORK, _WGET_SERVER = 4, 8
_WGET_CONNECTED = ("... connected.", "server returned error", "bad header", "error getting response")
_WGET_FAILED = ("can't connect", "timed out", "unreachable", "refused", "no route")
#: Starting a process in a container takes some tenths of a second, on a busy host more.
_GRACE = 2.0


def probe(client: Any, container_id: str, targets: Sequence[str], timeout: float) -> Tuple[str, str]:
    """Ask the image's curl or wget; any target that answers anything is enough.

    :param targets: C(address:port), checked.
    :param timeout: of each connection, seconds; at least one, for the tools know no shorter.
    :returns: ok, failed or unknown, and what was said.
    """
    seconds = max(1, round(timeout))
    late = time.monotonic() + seconds + _GRACE
    tasks = {target: _task(client, container_id, target, seconds) for target in targets}
    answers = [
        answer if isinstance(answer, tuple) else (UNKNOWN, f"exec: {answer}") for answer in gather(tasks, late).values()
    ]
    for wanted in (OK, UNKNOWN):
        for verdict, said in answers:
            if verdict == wanted:
                return verdict, said
    return (FAILED if answers else UNKNOWN), ", ".join(said for _verdict, said in answers)


def interpret(output: str, target: str) -> Tuple[str, str]:
    """Read what the shell printed: messages of the tool, then its name and its exit code."""
    lines = output.strip().splitlines() or [""]
    tool, _space, code = lines[-1].partition(" ")
    messages = " ".join(lines[:-1]).lower()
    if tool == "none":
        return UNKNOWN, "the image has neither wget nor curl to probe with"
    if tool not in ("curl", "wget") or not code.isdigit():
        return UNKNOWN, f"{target}: {messages or 'no answer of the tool'}"
    verdict = _curl(int(code), messages) if tool == "curl" else _wget(int(code), messages)
    return verdict, target if verdict == OK else f"{target}: {tool} ended with {code}"


def _curl(code: int, messages: str) -> str:
    if code == 0 or _CURL_CONNECTED.search(messages):
        return OK
    return FAILED if code in _CURL_FAILED else UNKNOWN


def _wget(code: int, messages: str) -> str:
    if code in (0, _WGET_SERVER) or any(words in messages for words in _WGET_CONNECTED):
        return OK
    return FAILED if code == _WGET_NETWORK or any(words in messages for words in _WGET_FAILED) else UNKNOWN


def _task(client: Any, container_id: str, target: str, seconds: int) -> Any:
    command = ["sh", "-c", _COMMAND.format(seconds=seconds, target=target)]

    def run() -> Tuple[str, str]:
        try:
            return interpret(run_in(client, container_id, command), target)
        except DockerError as error:
            return UNKNOWN, f"exec failed: {error}"

    return run
