# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: env_settings
short_description: Read the settings of the AceStream Orchestrator from its C(.env)
version_added: 0.1.0
author:
  - acestream.vpn contributors (@acestream-vpn)
description:
  - Reads a C(.env) file with the names of the AceStream Orchestrator, and returns what they mean for the role
    P(acestream.vpn.recovery#role).
  - Values are taken as they stand. Nothing is put in for C($VARIABLE), and the environment is not looked at.
  - A name that is not known, or a value that makes no sense, is an error that names file, line and what is allowed.
requirements:
  - The Python library C(python-dotenv) on the control node.
options:
  _terms:
    description: The file. A relative path is looked for as C(ansible.builtin.file) does.
    required: true
"""

EXAMPLES = r"""
- name: What does this file mean here?
  ansible.builtin.debug:
    msg: "{{ lookup('acestream.vpn.env_settings', '.env') }}"
"""

RETURN = r"""
_raw:
  description:
    - For each file C(settings), with the names of the role's variables without their prefix C(recovery_), and
      C(ignored), a sentence for each setting that has no effect here.
  type: list
  elements: dict
"""

import traceback

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase
from ansible_collections.acestream.vpn.plugins.module_utils._settings.env_settings import EnvError, Line, settings

try:
    from dotenv.parser import parse_stream

    MISSING = None
except ImportError:
    MISSING = traceback.format_exc()


class LookupModule(LookupBase):
    """The lookup."""

    def run(self, terms, variables=None, **kwargs):
        """Read each of the files."""
        if MISSING is not None:
            raise AnsibleError(
                "recovery_env_file needs the Python library python-dotenv on the control node. Install it beside "
                "Ansible: python3 -m pip install python-dotenv"
            )
        return [read(self._path(term, variables), term) for term in terms]

    def _path(self, term, variables):
        found = self.find_file_in_search_path(variables, "files", term, ignore_missing=True)
        if found is None:
            raise AnsibleError(
                f"recovery_env_file: there is no file {term!r}: give the path of a .env on the control node"
            )
        return found


def read(path, shown):
    """Read one file.

    :param shown: its name in messages.
    """
    try:
        with open(path, encoding="utf-8-sig", newline=None) as handle:
            bindings = list(parse_stream(handle))
    except (OSError, UnicodeDecodeError) as error:
        raise AnsibleError(f"recovery_env_file: {shown} cannot be read as a text file in UTF-8: {error}") from error
    lines = []
    for binding in bindings:
        if binding.error:
            raise AnsibleError(f"{shown}, line {_line(binding)}: this is no setting: write NAME=value, one to a line")
        if binding.key is not None:
            lines.append(Line(binding.key, binding.value, _line(binding)))
    try:
        values, ignored = settings(lines, shown)
    except EnvError as error:
        raise AnsibleError(str(error)) from error
    return {"settings": values, "ignored": ignored}


def _line(binding):
    """The line that a binding is on: blank ones before it belong to it."""
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")
