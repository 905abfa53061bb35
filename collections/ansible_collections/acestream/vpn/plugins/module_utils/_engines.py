# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which containers are engines, and what their labels and command lines say of them.

Only a label or a declaration makes an engine. A container that merely shares Gluetun's
namespace is nobody's business here.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import shlex
from typing import Any, Dict, List, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._docker import list_names

#: Ending of the name of a container that a recreate has put aside. It carries the engine's labels.
ASIDE_SUFFIX = ".acestream-aside"
_ARGUMENTS = "ACESTREAM_ARGS="


def find(client: Any, params: Dict[str, Any]) -> List[str]:
    """Names of the engines that labels point out: those of the filter if there is one, or of the engine label.

    :raises DockerError: Docker did not list them.
    """
    names = list_names(client, params["engine_filters"] or [params["engine_label"]])
    # A recreate that was cut short may have left nothing but the container put aside: the engine is still one.
    return sorted({name[: -len(ASIDE_SUFFIX)] if name.endswith(ASIDE_SUFFIX) else name for name in names})


def declared(params: Dict[str, Any]) -> Dict[str, Dict[str, Any]]:
    """The engines that the caller declared, by name."""
    return {item["name"]: item for item in params["engines"]}


def ports(raw: Dict[str, Any], declaration: Dict[str, Any]) -> Dict[str, Optional[int]]:
    """Ports of an engine: a declaration wins over a label, a label over the command line."""
    config = raw.get("Config") or {}
    labels = config.get("Labels") or {}
    words = command_line(config)
    return {
        "http_port": declaration.get("http_port")
        or as_port(labels.get("acestream.http_port"))
        or option(words, "--http-port"),
        "https_port": as_port(labels.get("acestream.https_port")) or option(words, "--https-port"),
        "p2p_port": option(words, "--port"),
    }


def command_line(config: Dict[str, Any]) -> List[str]:
    """All words that an engine is started with: entry point, command and C(ACESTREAM_ARGS)."""
    words = list(config.get("Entrypoint") or []) + list(config.get("Cmd") or [])
    for variable in config.get("Env") or []:
        if variable.startswith(_ARGUMENTS):
            words.extend(_split(variable[len(_ARGUMENTS) :]))
    return words


def option(words: List[str], name: str) -> Optional[int]:
    """The port that an option gives, as C(--port 1) or C(--port=1); the last one counts."""
    found = None
    for at, word in enumerate(words):
        if word == name and at + 1 < len(words):
            found = as_port(words[at + 1]) or found
        elif word.startswith(name + "="):
            found = as_port(word[len(name) + 1 :]) or found
    return found


def as_port(text: Any) -> Optional[int]:
    """A port number; None: it is none."""
    try:
        number = int(str(text))
    except ValueError:
        return None
    return number if 0 < number < 65536 else None


def _split(text: str) -> List[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
