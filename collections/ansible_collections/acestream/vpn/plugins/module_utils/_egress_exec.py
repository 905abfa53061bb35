# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The egress probe by way of Docker: where the namespace cannot be entered from here, a tool of the image connects.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Sequence, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._docker import DockerError, call
from ansible_collections.acestream.vpn.plugins.module_utils._observation import FAILED, OK, UNKNOWN

# Whichever of the two the image has. The exit code of the shell is 127 where it has neither.
_COMMAND = (
    "if command -v curl >/dev/null 2>&1; then curl -s -o /dev/null -m {seconds} http://{target}/; echo curl $?; "
    "elif command -v wget >/dev/null 2>&1; then wget -q -T {seconds} -O /dev/null http://{target}/; echo wget $?; "
    "else echo none 0; fi"
)
#: curl's exit codes that say that no connection came about (curl's manual, EXIT CODES).
_CURL_FAILED = (7, 28)
#: GNU wget: 4 network failure; 8 the server answered with an error. BusyBox: 1 for everything, and a sentence.
_WGET_NETWORK, _WGET_SERVER = 4, 8
_FAILED_WORDS = ("can't connect", "timed out", "unreachable", "refused", "no route")
_ANSWERED_WORDS = ("server returned error", "bad header", "error getting response")


def probe(client: Any, container_id: str, targets: Sequence[str], timeout: float) -> Tuple[str, str]:
    """Ask the image's curl or wget; any target that answers anything is enough.

    :returns: ok, failed or unknown, and what was said.
    """
    with ThreadPoolExecutor(max_workers=len(targets)) as pool:
        answers = list(pool.map(lambda target: _one(client, container_id, target, timeout), targets))
    for wanted in (OK, UNKNOWN):
        for verdict, said in answers:
            if verdict == wanted:
                return verdict, said
    return FAILED, ", ".join(said for _verdict, said in answers)


def interpret(output: str, target: str) -> Tuple[str, str]:
    """Read what the shell printed: messages of the tool, then its name and its exit code."""
    lines = output.strip().splitlines() or [""]
    tool, _space, code = lines[-1].partition(" ")
    messages = " ".join(lines[:-1]).lower()
    if tool not in ("curl", "wget") or not code.isdigit():
        return UNKNOWN, "the image has neither wget nor curl to probe with, and its namespace cannot be entered"
    number = int(code)
    if tool == "curl":
        return (FAILED, f"{target}: curl {number}") if number in _CURL_FAILED else _answered(number, target)
    if number == _WGET_NETWORK or any(word in messages for word in _FAILED_WORDS):
        return FAILED, f"{target}: wget {number} {messages}".strip()
    if number in (0, _WGET_SERVER) or any(word in messages for word in _ANSWERED_WORDS):
        return OK, target
    return UNKNOWN, f"{target}: wget {number} {messages}".strip()


def _answered(number: int, target: str) -> Tuple[str, str]:
    """Exit codes of curl that mean that somebody answered, even if not with HTTP."""
    return (OK, target) if number in (0, 1, 22, 52, 56) else (UNKNOWN, f"{target}: curl {number}")


def _one(client: Any, container_id: str, target: str, timeout: float) -> Tuple[str, str]:
    command = ["sh", "-c", _COMMAND.format(seconds=max(1, round(timeout)), target=target)]
    try:
        made = call(client.exec_create, container_id, command)
        output = call(client.exec_start, made["Id"])
    except DockerError as error:
        return UNKNOWN, f"exec failed: {error}"
    return interpret(output.decode("utf-8", "replace"), target)
