# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Another P2P port in the configuration of an engine's container. Pure.

The port is an option of the engine's command line, C(--port N), which each image takes from another place: the
command, one word of it that a shell is given, or the variable C(ACESTREAM_ARGS).

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List

_VARIABLE = "ACESTREAM_ARGS="
#: The option where it stands in a longer text, such as C(--port 1) or C(--port=1).
_IN_TEXT = re.compile(r"(^|\s)--port(\s+|=)\d+(?=\s|$)")


def with_p2p_port(config: Dict[str, Any], port: int) -> Dict[str, Any]:
    """The same configuration with this P2P port: changed where it is given, or else beside the HTTP port.

    :param config: C(Config) of C(docker inspect), or the body of C(POST /containers/create).
    :raises ValueError: neither port is part of it, so that nobody knows how this image is told.
    """
    for place in (_has_port, _has_http_port):
        for key in ("Cmd", "Entrypoint"):
            words = config.get(key) or []
            if place(words):
                return {**config, key: _in_words(words, port)}
        variables = config.get("Env") or []
        if any(place([item[len(_VARIABLE) :]]) for item in variables if item.startswith(_VARIABLE)):
            return {**config, "Env": [_in_variable(item, port) for item in variables]}
    raise ValueError("its command line and ACESTREAM_ARGS have neither --port nor --http-port")


def _has_port(words: List[str]) -> bool:
    return any(word == "--port" or word.startswith("--port=") or _IN_TEXT.search(word) for word in words)


def _has_http_port(words: List[str]) -> bool:
    return any("--http-port" in word for word in words)


def _in_words(words: List[str], port: int) -> List[str]:
    """Every mention, for the last one counts and none may contradict it."""
    changed: List[str] = []
    for at, word in enumerate(words):
        if at and words[at - 1] == "--port":
            changed.append(str(port))
        elif word.startswith("--port="):
            changed.append(f"--port={port}")
        else:
            changed.append(_in_text(word, port))
    if _has_port(words):
        return changed
    text = next((at for at, word in enumerate(words) if " --" in word and "--http-port" in word), None)
    if text is None:
        return [*changed, "--port", str(port)]
    changed[text] += f" --port {port}"
    return changed


def _in_variable(item: str, port: int) -> str:
    if not item.startswith(_VARIABLE):
        return item
    text = item[len(_VARIABLE) :]
    return _VARIABLE + (_in_text(text, port) if _has_port([text]) else f"{text} --port {port}")


def _in_text(text: str, port: int) -> str:
    return _IN_TEXT.sub(lambda found: f"{found[1]}--port{found[2]}{port}", text)
