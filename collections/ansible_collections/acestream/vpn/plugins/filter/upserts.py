# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: upserts
short_description: What to send to a REST API whose objects are known by their names
version_added: 0.1.0
author:
  - acestream.vpn contributors (@acestream-vpn)
description:
  - Compares the objects that an API lists with those that are wanted, by their names, and returns the calls that lead
    from the one to the other. It sends nothing.
  - Only the fields that are wanted are compared. One that is missing, C(null) or empty equals an empty one, so that
    what an API fills in by itself is no difference. JSON in a text is compared as data.
  - Two listed objects with the same wanted or owned name are an error, for which of them is meant cannot be told.
positional: owned, secrets, update_secrets
options:
  _input:
    description: The objects that are wanted, each with its C(name) and the fields that matter.
    type: list
    elements: dict
    required: true
  found:
    description: The objects that the API lists, each with C(name) and C(id).
    type: list
    elements: dict
    default: []
  owned:
    description: Names that belong to the caller. An object with one of them that is not wanted is to be deleted.
    type: list
    elements: str
    default: []
  secrets:
    description:
      - For each name, fields that the API takes and never returns. They are sent with a new object, and with one that
        exists where O(update_secrets) says so.
    type: dict
    default: {}
  update_secrets:
    description:
      - Whether O(secrets) are sent to objects that exist. This counts as a change, for nobody can compare them.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: What is to be sent
  ansible.builtin.debug:
    msg: "{{ [{'name': 'a', 'size': 1}] | acestream.vpn.upserts(found=[{'id': 7, 'name': 'a', 'size': 2}]) }}"
"""

RETURN = r"""
_value:
  description:
    - C(calls), a list of dictionaries with C(method), C(path) (empty, or C(/ID)), C(body), C(name) and C(fields), the
      names of the fields that differ; and C(ids), the id of each wanted object that exists.
  type: dict
"""

import json
from typing import Any, Optional

from ansible.errors import AnsibleFilterError


def upserts(
    wanted: list[dict[str, Any]],
    found: Optional[list[dict[str, Any]]] = None,
    owned: Optional[list[str]] = None,
    secrets: Optional[dict[str, dict[str, Any]]] = None,
    update_secrets: bool = False,
) -> dict[str, Any]:
    """The calls that make what is found be what is wanted. See the documentation above."""
    wanted_names = [str(want["name"]) for want in wanted]
    named = _by_name(found or [], {*wanted_names, *(owned or [])})
    calls = []
    for want in wanted:
        name = str(want["name"])
        hidden = (secrets or {}).get(name, {})
        have = named.get(name)
        if have is None:
            calls.append(_call("POST", "", name, sorted(want), {**want, **hidden}))
            continue
        fields = sorted(field for field, value in want.items() if not _same(have.get(field), value))
        sent = hidden if update_secrets else {}
        if fields or sent:
            # The API replaces the whole object: what nobody asked for is sent back as it is.
            body = {**have, **want, **sent}
            calls.append(_call("PUT", f"/{have['id']}", name, fields + sorted(sent), body))
    for name in owned or []:
        if name in named and name not in wanted_names:
            calls.append(_call("DELETE", f"/{named[name]['id']}", name, [], None))
    return {"calls": calls, "ids": {name: named[name]["id"] for name in wanted_names if name in named}}


def _call(method: str, path: str, name: str, fields: list[str], body: Any) -> dict[str, Any]:
    return {"method": method, "path": path, "name": name, "fields": fields, "body": body}


def _by_name(found: list[dict[str, Any]], names: set[str]) -> dict[str, dict[str, Any]]:
    """The found objects that have one of the names."""
    named: dict[str, dict[str, Any]] = {}
    for have in found:
        name = str(have.get("name"))
        if name in names and name in named:
            raise AnsibleFilterError(
                f"There are several objects named '{name}' (ids {named[name]['id']} and {have['id']}), and which of "
                "them is meant cannot be told: delete or rename all but one."
            )
        if name in names:
            named[name] = have
    return named


def _same(have: Any, want: Any) -> bool:
    """Whether a field is as wanted; of dictionaries, the wanted keys alone matter."""
    data = _as_data(want)
    if data is not None:
        if have and _as_data(have) is None:
            return False
        have, want = _as_data(have), data
    if isinstance(want, dict) and isinstance(have, dict):
        known = all(_same(have.get(key), value) for key, value in want.items())
        return known and (data is None or set(have) <= set(want))
    if isinstance(want, list) and isinstance(have, list):
        return len(have) == len(want) and all(_same(*pair) for pair in zip(have, want))
    return (not have and not want) or have == want


def _as_data(text: Any) -> Any:
    """What a text of JSON says if that is a dictionary or a list, otherwise none."""
    try:
        data = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return data if isinstance(data, (dict, list)) else None


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        return {"upserts": upserts}
