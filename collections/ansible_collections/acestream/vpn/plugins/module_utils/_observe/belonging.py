# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who belongs to whom: the gluetun of each engine, from one list of containers.

In this order: the gluetun that it is declared for; the one whose container its network mode names, now or, as the
memory knows, before that was replaced; the one that its label names, as a container or as a Compose service; the only
one there is. What belongs nowhere is told in one sentence; only what is labelled for another setup's container is not.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import partial
from typing import Callable, Collection, Dict, FrozenSet, List, Mapping, Optional, Sequence, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Container
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import HostOptions

SERVICE = "com.docker.compose.service"
PROJECT = "com.docker.compose.project"
_LIST = "gluetuns (recovery_gluetuns)"
#: How Compose names a container while it takes the place of another one: the beginning of that one's ID before it.
_REPLACING = re.compile(r"[0-9a-f]{12}_(.+)")
#: States of a container that nobody started, or that has ended.
_AT_REST = ("created", "exited", "dead")
#: As many letters of an ID as people and tools use for the whole of it.
_SHORT_ID = 12
#: As many letters of somebody's label are shown, and as many names that may have been meant.
_LETTERS, _NAMES = 80, 3


@dataclass(frozen=True)
class Belonging:
    """What became of the candidates: each is in one of the three.

    :ivar assigned: the name of the gluetun, by the name of the engine.
    :ivar unassigned: why one is not looked after, and what to do, by its name.
    :ivar elsewhere: labelled for a container that is there and is none of these gluetuns: another setup's, on which
        this one has nothing to say.
    """

    assigned: Dict[str, str]
    unassigned: Dict[str, str]
    elsewhere: FrozenSet[str] = frozenset()


def assign(
    candidates: Mapping[str, Optional[Container]],
    containers: Sequence[Container],
    host: HostOptions,
    remembered: Callable[[], Memory] = Memory,
) -> Belonging:
    """Find the gluetun of each candidate.

    :param candidates: what a label or a declaration calls an engine, by name; None: there is no such container.
    :param containers: all of the host, as Docker lists them.
    :param remembered: what is remembered of the host; asked only where a network mode names what is gone.
    """
    by_reference = _by_reference(containers)
    undeclared = partial(
        _gluetun_of, containers=containers, by_reference=by_reference, host=host, remembered=remembered
    )
    engines = {container.name for container in containers}.intersection(candidates)
    assigned: Dict[str, str] = {}
    unassigned: Dict[str, str] = {}
    elsewhere = set()
    for name, container in sorted(candidates.items()):
        declared = host.declared(name)
        original = None if declared or container is None else left_over(container, engines)
        if original is not None:
            gluetun = ""
            why = (
                f"{name} is no engine: somebody's recreation of {original} left it over. "
                f"Remove it once {original} works: docker rm {name}"
            )
        elif declared and declared.gluetun:
            gluetun = declared.gluetun if declared.gluetun in host.gluetun_names else ""
            why = f"engine {name} is not looked after: it is declared for {declared.gluetun}, which is not in {_LIST}"
        else:
            gluetun, why = undeclared(name, container or Container("", name, ""))
        if gluetun:
            assigned[name] = gluetun
        elif why:
            unassigned[name] = why
        else:
            elsewhere.add(name)
    return Belonging(assigned, unassigned, frozenset(elsewhere))


def left_over(container: Container, engines: Collection[str]) -> Optional[str]:
    """The engine in whose place somebody's recreation was about to put this container; None: it is no such thing.

    :param engines: names of the engines that there are.
    """
    match = _REPLACING.fullmatch(container.name)
    if match is None or container.state not in _AT_REST:
        return None
    return match.group(1) if match.group(1) in engines else None


def meant(name: str, containers: Sequence[Container], gluetuns: Sequence[str]) -> str:
    """Names of the containers that somebody may have meant who declared a gluetun that is not there; or nothing.

    :param gluetuns: names of all that are declared: none of them was meant.
    """
    others = [item for item in containers if item.name not in gluetuns and not _REPLACING.fullmatch(item.name)]
    images = [item.name for item in others if "gluetun" in item.image]
    return _any_of(_of_service(name, None, others) or _alike(name, images))


def _gluetun_of(
    name: str,
    container: Container,
    containers: Sequence[Container],
    by_reference: Mapping[str, Container],
    host: HostOptions,
    remembered: Callable[[], Memory],
) -> Tuple[str, str]:
    """The gluetun of an engine that is not declared, or nothing and why; neither: it is another setup's."""
    gluetuns = host.gluetun_names
    reference = _network_of(container)
    joined = by_reference.get(reference) or by_reference.get(reference[:_SHORT_ID])
    if joined is not None and not _names(reference, joined):
        joined = None
    if joined is not None and joined.name in gluetuns:
        return joined.name, ""
    if reference and joined is None:
        before = _before(name, reference, gluetuns, remembered())
        if before:
            return before, ""
    label = container.labels.get(host.discovery.engine_label, "")
    if label:
        return _labelled(name, label, container, containers, host)
    if len(gluetuns) == 1:
        return gluetuns[0], ""
    if joined is not None:
        where = f"it is on the network of {joined.name}, which is not in {_LIST}: add that there, or declare the engine"
    else:
        where = (
            f"it has no label {host.discovery.engine_label}, and its network is that of no Gluetun in {_LIST}: label "
            "or declare it (recovery_engines)"
        )
    return "", f"engine {name} is not looked after: {where}"


def _network_of(container: Container) -> str:
    """The container that a network mode names, by ID or name; empty: none."""
    kind, _colon, reference = container.network_mode.partition(":")
    return reference if kind == "container" else ""


def _by_reference(containers: Sequence[Container]) -> Dict[str, Container]:
    """The containers by all that a network mode may name them with: with many of them, no search for each engine."""
    found = {item.id[:_SHORT_ID]: item for item in containers if item.id}
    found.update((item.name, item) for item in containers)
    found.update((item.id, item) for item in containers if item.id)
    return found


def _names(reference: str, container: Container) -> bool:
    """Whether a network mode names this container: by its name, its ID, or the beginning of that."""
    short = len(reference) >= _SHORT_ID and container.id.startswith(reference)
    return short or reference in (container.name, container.id)


def _before(engine: str, reference: str, gluetuns: Sequence[str], memory: Memory) -> str:
    """The gluetun that a container was that is gone, as far as it is remembered; or nothing."""
    for name in gluetuns:
        its = memory.gluetuns[name].container_id if name in memory.gluetuns else None
        if its and _names(reference, Container(its, name, "")):
            return name
    known = memory.engines.get(engine)
    return known.gluetun if known is not None and known.gluetun in gluetuns else ""


def _labelled(
    name: str, label: str, container: Container, containers: Sequence[Container], host: HostOptions
) -> Tuple[str, str]:
    """The gluetun that a label names, as a container or as a Compose service; or nothing and why; or neither."""
    if label in host.gluetun_names:
        return label, ""
    project = container.labels.get(PROJECT)
    served = _of_service(label, project, containers)
    declared = [item for item in served if item in host.gluetun_names]
    if len(declared) == 1:
        return declared[0], ""
    says = f"engine {name} is not looked after: its label {host.discovery.engine_label}={_shown(label)} names"
    if declared:
        return "", f"{says} a Compose service of several Gluetuns: label it with one of {', '.join(declared)}"
    if label in [item.name for item in containers]:
        return "", ""
    if served:
        return "", f"{says} no Gluetun in {_LIST}: {_any_of(served)} was probably meant, add that there"
    near = _of_service(label, None, containers) or _alike(label, host.gluetun_names)
    guess = f"{_any_of(near)} was probably meant" if near else f"there is {', '.join(host.gluetun_names)}"
    return "", f"{says} no Gluetun in {_LIST}: {guess}, label or declare it (recovery_engines) so"


def _of_service(service: str, project: Optional[str], containers: Sequence[Container]) -> List[str]:
    """Names of the containers of a Compose service.

    :param project: of this Compose project alone; None: of any.
    """
    return sorted(
        item.name
        for item in containers
        if item.labels.get(SERVICE) == service
        and project in (None, item.labels.get(PROJECT))
        and not _REPLACING.fullmatch(item.name)
    )


def _alike(name: str, others: Sequence[str]) -> List[str]:
    # It takes as long as the words are: nobody's name is longer than what would be shown of it.
    return difflib.get_close_matches(name[:_LETTERS], sorted(others), 1)


def _any_of(names: Sequence[str]) -> str:
    return " or ".join(names[:_NAMES])


def _shown(label: str) -> str:
    """Somebody's label in a sentence: on one line, and no longer than one."""
    text = label if label.isprintable() else repr(label)
    return text if len(text) <= _LETTERS else text[: _LETTERS - 3] + "..."
