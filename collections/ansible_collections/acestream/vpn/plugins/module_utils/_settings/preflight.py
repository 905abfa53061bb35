# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user got wrong in naming the host's parts, found before anything is looked at. Pure.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Dict, List, Sequence, Tuple
from urllib.parse import urlsplit

from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Observation
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import (
    EngineOptions,
    GluetunOptions,
    HostOptions,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._model.port_range import (
    PORTS_EACH,
    PortRangeError,
    fits,
    overlap,
    parse,
)
from ansible_collections.acestream.vpn.plugins.module_utils._observe.egress_probe import parse_target


class PreflightError(ValueError):
    """A variable is missing or contradicts another; the message names it and says what to do."""


def check(host: HostOptions) -> None:
    """Check the options that say what to look at.

    :raises PreflightError: with the first thing that is wrong.
    """
    names = host.gluetun_names
    if not names:
        raise PreflightError(
            "gluetuns (recovery_gluetuns) is empty: name at least one Gluetun container, for example "
            "[{name: gluetun, api_key: ...}]"
        )
    twice = _twice(names)
    if twice:
        raise PreflightError(f"gluetuns (recovery_gluetuns) names {twice} twice: give each container one entry")
    for item in host.gluetuns:
        _check_url(item)
    _check_ranges(host.gluetuns)
    _check_engines(host.engines, names)
    if not host.probe.egress_targets:
        raise PreflightError("egress_targets (recovery_egress_targets) is empty: give at least two, as address:port")
    for target in host.probe.egress_targets:
        try:
            parse_target(target)
        except ValueError as error:
            raise PreflightError(f"egress_targets (recovery_egress_targets): {error}") from error


def check_pool(gluetuns: Sequence[GluetunOptions], policy: Policy) -> None:
    """Check that the engines of a pool find ports.

    :raises PreflightError: a range is missing, or has no room for its share.
    """
    if not policy.min_replicas:
        return
    share = -(-policy.min_replicas // len(gluetuns))
    for item in gluetuns:
        if not item.ports:
            raise PreflightError(
                f"gluetuns (recovery_gluetuns): {item.name} has no ports, so that no engine can be made on it: give "
                "it a range of its own, such as ports: 19000-19499"
            )
        room = fits(parse(item.ports))
        if room < share:
            raise PreflightError(
                f"gluetuns (recovery_gluetuns): the ports {item.ports} of {item.name} have room for {room} "
                f"engine(s), and its share of {policy.min_replicas} is {share}: give it at least "
                f"{share * PORTS_EACH} ports"
            )


def check_observed(observation: Observation) -> None:
    """Check what only Docker knows.

    :raises PreflightError: two names stand for one container.
    """
    seen: Dict[str, str] = {}
    for name, evidence in observation.gluetuns.items():
        if evidence.container is None:
            continue
        other = seen.setdefault(evidence.container.id, name)
        if other != name:
            raise PreflightError(
                f"gluetuns (recovery_gluetuns): {other} and {name} are the same container: take one off the list"
            )


def _check_ranges(gluetuns: Sequence[GluetunOptions]) -> None:
    found: List[Tuple[str, str, Tuple[int, int]]] = []
    for item in gluetuns:
        if not item.ports:
            continue
        try:
            span = parse(item.ports)
        except PortRangeError as error:
            raise PreflightError(f"gluetuns (recovery_gluetuns): ports of {item.name}: {error}") from error
        for other, text, theirs in found:
            if overlap(span, theirs):
                raise PreflightError(
                    f"gluetuns (recovery_gluetuns): the ports {item.ports} of {item.name} overlap with {text} of "
                    f"{other}: give each a range of its own"
                )
        found.append((item.name, item.ports, span))


def _check_url(item: GluetunOptions) -> None:
    url = item.control_url
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise PreflightError(f"control_url of {item.name} is {url!r}: give a URL such as http://127.0.0.1:8000")


def _check_engines(engines: Sequence[EngineOptions], gluetuns: Sequence[str]) -> None:
    twice = _twice([item.name for item in engines])
    if twice:
        raise PreflightError(f"engines (recovery_engines) names {twice} twice: give each engine one entry")
    for item in engines:
        if item.gluetun not in gluetuns:
            raise PreflightError(
                f"engines (recovery_engines): {item.name} belongs to {item.gluetun}, which is not among "
                f"gluetuns ({', '.join(gluetuns)}): correct its name, or add it there"
            )
        if item.name in gluetuns:
            raise PreflightError(f"engines (recovery_engines): {item.name} is a gluetun, so it cannot be an engine")


def _twice(names: Sequence[str]) -> str:
    """The first name that comes twice; empty: none does."""
    return next((name for at, name in enumerate(names) if name in names[:at]), "")
