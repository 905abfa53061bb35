# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which containers are engines, and whose.

Only a label or a declaration makes an engine. A container that merely shares Gluetun's
namespace is nobody's business here.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Optional, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerError, list_containers
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Container
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import HostOptions
from ansible_collections.acestream.vpn.plugins.module_utils._observe.belonging import assign, meant

#: Ending of the name of a container that a recreate has put aside. It carries the engine's labels.
ASIDE_SUFFIX = ".acestream-aside"


@dataclass(frozen=True)
class Found:
    """An engine that Docker lists, or that is declared.

    :ivar gluetun: name of the gluetun that it belongs to.
    :ivar aside: a container that a recreate has put aside is there.
    """

    gluetun: str
    aside: bool = False


@dataclass(frozen=True)
class Listing:
    """What one list of containers says of the engines of a host.

    :ivar engines: those of these gluetuns, by name.
    :ivar unassigned: a sentence for each container that would be an engine, and belongs to none of them.
    :ivar meant: for a gluetun that is not there: the container that was probably meant.
    """

    engines: Dict[str, Found]
    unassigned: Tuple[str, ...] = ()
    meant: Dict[str, str] = field(default_factory=dict)


def find(client: Any, host: HostOptions, remembered: Callable[[], Memory] = Memory) -> Listing:
    """The engines of these gluetuns: those that labels point out, and those that the caller declared.

    Labels are those of the filter if there is one, or else the engine label.

    :param remembered: what is remembered of the host; asked only where it is needed.
    :raises DockerError: Docker did not list them.
    """
    # All of them, in one call: a network mode, a Compose service and a container left over are told by the others.
    containers = list_containers(client)
    candidates, asides = _candidates(containers, host)
    found = assign(candidates, containers, host, remembered)
    names = {container.name for container in containers}
    return Listing(
        {name: Found(gluetun, name in asides) for name, gluetun in found.assigned.items()},
        tuple(found.unassigned.values()),
        {name: meant(name, containers, host.gluetun_names) for name in host.gluetun_names if name not in names},
    )


def instead_of(client: Any, gluetun: str) -> str:
    """The container that was probably meant where a gluetun is not there; empty: none is like it, or nobody knows."""
    try:
        return meant(gluetun, list_containers(client), [gluetun])
    except DockerError:
        return ""


def _candidates(containers: List[Container], host: HostOptions) -> Tuple[Dict[str, Optional[Container]], List[str]]:
    """What a label or a declaration calls an engine, by name; and those of which something was put aside."""
    wanted = list(host.discovery.engine_filters) or [host.discovery.engine_label]
    found: Dict[str, Optional[Container]] = {engine.name: None for engine in host.engines}
    asides: List[str] = []
    # What was put aside comes after its engine, and stands in for it only where there is no other container.
    for container in sorted(containers, key=lambda item: (item.name.endswith(ASIDE_SUFFIX), item.name)):
        name = engine_name(container.name)
        # A gluetun is no engine, whatever its labels say.
        if name in host.gluetun_names:
            continue
        # A container that was put aside has the labels of its engine, and one that is declared may have none.
        if host.declared(name) or all(has_label(container.labels, label) for label in wanted):
            found[name] = found.get(name) or container
            if name != container.name:
                asides.append(name)
    return found, asides


def engine_name(container: str) -> str:
    """The engine that a container is, or was before a recreate put it aside.

    A recreate that was cut short may have left nothing but the container put aside: the engine is still one.
    """
    return container[: -len(ASIDE_SUFFIX)] if container.endswith(ASIDE_SUFFIX) else container


def has_label(labels: Dict[str, str], wanted: str) -> bool:
    """Whether a container carries a label that is given as C(name=value) or as a name; no name is no label."""
    name, has_value, value = wanted.partition("=")
    return bool(name) and name in labels and (not has_value or labels[name] == value)
