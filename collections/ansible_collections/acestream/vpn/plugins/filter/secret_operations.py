# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: secret_operations
short_description: What to do with the secrets of an environment of Semaphore
version_added: 0.1.0
author:
  - acestream.vpn contributors (@acestream-vpn)
description:
  - Semaphore lists the secrets of an environment by name, without their values, and takes a list of operations on them.
    This returns those that lead from what it lists to what is wanted.
positional: found, update
options:
  _input:
    description: The wanted secrets, from the name of the environment variable to its value.
    type: dict
    required: true
  found:
    description: The secrets that Semaphore lists.
    type: list
    elements: dict
    default: []
  update:
    description: Whether the values of secrets that are there are sent again, for nobody can compare them.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: What to do
  ansible.builtin.debug:
    msg: "{{ {'GLUETUN_API_KEY': 'not-a-real-one'} | acestream.vpn.secret_operations }}"
"""

RETURN = r"""
_value:
  description: The operations, each a dictionary as the API takes it. Empty where nothing is to be done.
  type: list
  elements: dict
"""

from typing import Any, Optional


def secret_operations(
    wanted: dict[str, str], found: Optional[list[dict[str, Any]]] = None, update: bool = False
) -> list[dict[str, Any]]:
    """The operations that make the listed secrets be the wanted ones. See the documentation above."""
    operations = []
    there = set()
    for secret in found or []:
        name = secret["name"]
        if name not in wanted or secret["type"] != "env" or name in there:
            operations.append({**secret, "operation": "delete"})
            continue
        there.add(name)
        if update:
            operations.append({**secret, "secret": wanted[name], "operation": "update"})
    for name, value in wanted.items():
        if name not in there:
            operations.append({"type": "env", "name": name, "secret": value, "operation": "create"})
    return operations


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Any]:
        return {"secret_operations": secret_operations}
