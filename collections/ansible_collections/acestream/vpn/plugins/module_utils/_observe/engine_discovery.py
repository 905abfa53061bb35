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
from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import list_labelled, list_named
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import HostOptions

#: Ending of the name of a container that a recreate has put aside. It carries the engine's labels.
ASIDE_SUFFIX = ".acestream-aside"
_ARGUMENTS = "ACESTREAM_ARGS="


@dataclass(frozen=True)
class Found:
    """An engine that Docker lists.

    :ivar gluetun: name of the gluetun that its label names; None: it has no such label.
    :ivar aside: a container that a recreate has put aside is there.
    """

    gluetun: Optional[str] = None
    aside: bool = False


@dataclass(frozen=True)
class EnginePorts:
    """Ports of an engine; None: not known."""

    http_port: Optional[int] = None
    https_port: Optional[int] = None
    p2p_port: Optional[int] = None


def find(client: Any, host: HostOptions) -> Dict[str, Found]:
    """The engines of these gluetuns, by name: those that labels point out, and those that the caller declared.

    Labels are those of the filter if there is one, or else the engine label.

    :raises DockerError: Docker did not list them.
    """
    label = host.discovery.engine_label
    labels = list_labelled(client, list(host.discovery.engine_filters) or [label])
    found = {engine.name: Found() for engine in host.engines}
    if found:
        # A container that was put aside has the labels of its engine, and one that is declared may have none.
        labels.update((name, {}) for name in list_named(client, ASIDE_SUFFIX) if engine_name(name) in found)
    for container, its in sorted(labels.items()):
        name = engine_name(container)
        before = found.get(name, Found())
        found[name] = Found(its.get(label) or before.gluetun, before.aside or name != container)
    gluetuns = host.gluetun_names
    return {
        name: listed
        for name, listed in found.items()
        # Those of other gluetuns are looked after by others. A gluetun is no engine, whatever its labels say.
        if host.gluetun_of(name, listed.gluetun) in gluetuns and name not in gluetuns
    }


def engine_name(container: str) -> str:
    """The engine that a container is, or was before a recreate put it aside.

    A recreate that was cut short may have left nothing but the container put aside: the engine is still one.
    """
    return container[: -len(ASIDE_SUFFIX)] if container.endswith(ASIDE_SUFFIX) else container


def owned(labels: Dict[str, str], pool_label: str) -> bool:
    """Whether an engine carries the label of the pool, given as C(name=value) or as a name."""
    name, has_value, value = pool_label.partition("=")
    return bool(name) and name in labels and (not has_value or labels[name] == value)


def ports(raw: Dict[str, Any], declared_http_port: Optional[int] = None) -> EnginePorts:
    """Ports of an engine: a declaration wins over a label, a label over the command line.

    :param raw: C(docker inspect) of it.
    """
    config = raw.get("Config") or {}
    labels = config.get("Labels") or {}
    words = command_line(config)
    return EnginePorts(
        declared_http_port or as_port(labels.get("acestream.http_port")) or option(words, "--http-port"),
        as_port(labels.get("acestream.https_port")) or option(words, "--https-port"),
        option(words, "--port"),
    )


def command_line(config: Dict[str, Any]) -> List[str]:
    """All words that an engine is started with: entry point, command and C(ACESTREAM_ARGS)."""
    words: List[str] = []
    for word in list(config.get("Entrypoint") or []) + list(config.get("Cmd") or []):
        # A whole command line in one word is what a shell is given.
        words.extend(_split(word) if " --" in word else [word])
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
