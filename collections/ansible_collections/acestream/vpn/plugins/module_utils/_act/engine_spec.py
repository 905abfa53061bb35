# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A new engine: the container that is to be created from what the user declared. Pure.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from typing import Any, Dict, List, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._model.engine_variants import VARIANTS
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import NewEngineOptions
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_ports import command_line
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_words import option

#: What stands for a port in a command or a variable.
PLACEHOLDERS = ("http_port", "https_port", "p2p_port")
_UNITS = {"": 1, "b": 1, "k": 1024, "m": 1024**2, "g": 1024**3}
_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*")


class SpecError(ValueError):
    """The declared engine makes no sense; the message says what to do."""


@dataclass(frozen=True)
class Allocation:
    """Where a new engine goes.

    :ivar host_http_port: where Docker publishes C(http_port); None: nowhere.
    """

    name: str
    gluetun: str
    http_port: int
    https_port: int
    p2p_port: int
    forwarded: bool = False
    host_http_port: Optional[int] = None

    def as_dict(self) -> Dict[str, Any]:
        return asdict(self)


def complete(spec: NewEngineOptions) -> NewEngineOptions:
    """The declared engine, with what its variant says where the user says nothing.

    :raises SpecError: no image, no way to tell the engine its ports, or a value that Docker would refuse.
    """
    if spec.variant and spec.variant not in VARIANTS and not spec.image:
        raise SpecError(
            f"engine.variant is {spec.variant!r}: give one of {', '.join(sorted(VARIANTS))}, or an image and a command"
        )
    known = VARIANTS.get(spec.variant, NewEngineOptions())
    made = replace(
        spec,
        image=spec.image or known.image,
        command=spec.command or known.command,
        environment={**known.environment, **spec.environment},
    )
    if not made.image:
        raise SpecError(f"engine.image is missing: give it, or engine.variant as one of {', '.join(sorted(VARIANTS))}")
    if not _NAME.fullmatch(made.name_prefix):
        raise SpecError(f"engine.name_prefix is {made.name_prefix!r}: use letters, digits and . _ -")
    _check_ports(made)
    as_bytes(made.memory or "0")
    return made


def payload(spec: NewEngineOptions, place: Allocation, gluetun_id: str, labels: Dict[str, str]) -> Dict[str, Any]:
    """The body of C(POST /containers/create).

    :param spec: as C(complete) gave it.
    :param labels: those that make it an engine of the pool.
    """
    values = asdict(place)
    host: Dict[str, Any] = {
        "NetworkMode": f"container:{gluetun_id}",
        "RestartPolicy": {"Name": spec.restart_policy},
        "Binds": list(spec.volumes),
    }
    if spec.memory:
        host["Memory"] = as_bytes(spec.memory)
    if spec.cpus:
        host["NanoCpus"] = int(spec.cpus * 1e9)
    made: Dict[str, Any] = {
        "Image": spec.image,
        "Env": [f"{name}={_filled(str(value), values)}" for name, value in spec.environment.items()],
        "Labels": {**spec.labels, **labels, **_labels(spec, place)},
        "HostConfig": host,
    }
    if spec.command:
        made["Cmd"] = [_filled(word, values) for word in spec.command]
    return made


def _labels(spec: NewEngineOptions, place: Allocation) -> Dict[str, str]:
    """As the AceStream Orchestrator labels its engines."""
    labels = {"acestream.http_port": str(place.http_port), "acestream.https_port": str(place.https_port)}
    if place.host_http_port is not None:
        labels["host.http_port"] = str(place.host_http_port)
    if spec.variant:
        labels["acestream.engine_variant"] = spec.variant
    if place.forwarded:
        labels["acestream.forwarded"] = "true"
    return labels


def as_bytes(text: str) -> int:
    """An amount of memory such as C(512m).

    :raises SpecError: it is none.
    """
    found = re.fullmatch(r"\s*(\d+)\s*([bkmg]?)b?\s*", str(text).lower())
    if not found:
        raise SpecError(f"engine.memory is {text!r}: give a number and a unit, such as 512m or 1g")
    return int(found[1]) * _UNITS[found[2]]


def _check_ports(spec: NewEngineOptions) -> None:
    """Each engine must really be told its ports, or two of them would want the same."""
    trial = Allocation("trial", "trial", 1, 2, 3)
    words = command_line(_config(payload(spec, trial, "trial", {})))
    for port, wanted in (("--http-port", 1), ("--https-port", 2), ("--port", 3)):
        if option(words, port) != wanted:
            placeholder = "{" + PLACEHOLDERS[wanted - 1] + "}"
            raise SpecError(
                f"engine: its command (or ACESTREAM_ARGS in its environment) must hold {port} {placeholder}, so that "
                "no two engines want the same port"
            )


def _config(made: Dict[str, Any]) -> Dict[str, Any]:
    return {"Cmd": made.get("Cmd"), "Env": made["Env"]}


def _filled(text: str, values: Dict[str, Any]) -> str:
    """Put the ports into a text. Nothing else that stands in braces is touched."""
    for name in PLACEHOLDERS:
        text = text.replace("{" + name + "}", str(values[name]))
    return text


def published(raw: Dict[str, Any]) -> Dict[int, int]:
    """Where Docker publishes the TCP ports of a container on its host.

    :param raw: C(docker inspect) of a gluetun.
    """
    found: Dict[int, int] = {}
    for port, places in ((raw.get("NetworkSettings") or {}).get("Ports") or {}).items():
        number, _slash, protocol = port.partition("/")
        hosts: List[Dict[str, str]] = places or []
        if protocol == "tcp" and hosts and hosts[0].get("HostPort", "").isdigit():
            found[int(number)] = int(hosts[0]["HostPort"])
    return found
