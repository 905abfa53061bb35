# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user got wrong in naming the host's parts, found before anything is looked at. Pure.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Any, Dict, List
from urllib.parse import urlsplit

from ansible_collections.acestream.vpn.plugins.module_utils._egress import parse_target


class PreflightError(ValueError):
    """A variable is missing or contradicts another; the message names it and says what to do."""


def check(params: Dict[str, Any]) -> None:
    """Check the parameters that say what to look at.

    :raises PreflightError: with the first thing that is wrong.
    """
    names = [item["name"] for item in params["gluetuns"]]
    if not names:
        raise PreflightError(
            "gluetuns (recovery_gluetuns) is empty: name at least one Gluetun container, for example "
            "[{name: gluetun, api_key: ...}]"
        )
    twice = _twice(names)
    if twice:
        raise PreflightError(f"gluetuns (recovery_gluetuns) names {twice} twice: give each container one entry")
    for item in params["gluetuns"]:
        _check_url(item)
    _check_engines(params["engines"], names)
    if not params["egress_targets"]:
        raise PreflightError("egress_targets (recovery_egress_targets) is empty: give at least two, as address:port")
    for target in params["egress_targets"]:
        try:
            parse_target(target)
        except ValueError as error:
            raise PreflightError(f"egress_targets (recovery_egress_targets): {error}") from error


def _check_url(item: Dict[str, Any]) -> None:
    url = item.get("control_url")
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise PreflightError(f"control_url of {item['name']} is {url!r}: give a URL such as http://127.0.0.1:8000")


def _check_engines(engines: List[Dict[str, Any]], gluetuns: List[str]) -> None:
    twice = _twice([item["name"] for item in engines])
    if twice:
        raise PreflightError(f"engines (recovery_engines) names {twice} twice: give each engine one entry")
    for item in engines:
        if item["gluetun"] not in gluetuns:
            raise PreflightError(
                f"engines (recovery_engines): {item['name']} belongs to {item['gluetun']}, which is not among "
                f"gluetuns ({', '.join(gluetuns)}): correct its name, or add it there"
            )
        if item["name"] in gluetuns:
            raise PreflightError(f"engines (recovery_engines): {item['name']} is a gluetun, so it cannot be an engine")


def _twice(names: List[str]) -> str:
    """The first name that comes twice; empty: none does."""
    return next((name for at, name in enumerate(names) if name in names[:at]), "")
