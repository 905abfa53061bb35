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
  - The file may be of any release of the orchestrator, and Gluetun's and other services' as well. Names that mean
    nothing here are passed over, and so are lines that cannot be read; their values are never shown.
  - A name within a typing error of one that means something here, or a value of such a name that makes no sense, is an
    error that names file, line and what is allowed.
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
      C(ignored), a sentence for each setting that has no effect here, and one for all the names that are passed over.
  type: list
  elements: dict
"""

import io
import traceback

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase
from ansible_collections.acestream.vpn.plugins.module_utils._settings.env_lines import EnvError, Line
from ansible_collections.acestream.vpn.plugins.module_utils._settings.env_settings import settings

try:
    from dotenv.parser import parse_stream

    MISSING = None
except ImportError:
    MISSING = traceback.format_exc()

# A .env has a few kilobytes; what is larger is another file.
MOST_BYTES = 4 << 20
# None of these is in a text, but in what is none, and in UTF-16.
NO_TEXT = frozenset(map(chr, range(32))) - frozenset("\t\n\v\f\r\x1b")


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
    lines = []
    for binding in parse_stream(io.StringIO(_text(path, shown))):
        if binding.error:
            lines.append(Line(None, None, _line(binding), binding.original.string))
        elif binding.key is not None:
            lines.append(Line(binding.key, binding.value, _line(binding), binding.original.string))
    try:
        values, ignored = settings(lines, shown)
    except EnvError as error:
        raise AnsibleError(str(error)) from None
    return {"settings": values, "ignored": ignored}


def _text(path, shown):
    """The text of the file; a byte that is no UTF-8 stands for itself, for it may be in a line that is not ours."""
    try:
        with open(path, "rb") as handle:
            data = handle.read(MOST_BYTES + 1)
    except OSError as error:
        raise AnsibleError(f"recovery_env_file: {shown} cannot be read: {error.strerror}") from None
    if len(data) > MOST_BYTES:
        raise AnsibleError(f"recovery_env_file: {shown} has more than 4 MiB: give the path of a .env")
    text = data.decode("utf-8-sig", "surrogateescape")
    if not NO_TEXT.isdisjoint(text):
        raise AnsibleError(f"recovery_env_file: {shown} cannot be read as a text file in UTF-8: save it as one")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _line(binding):
    """The line that a binding is on: blank ones before it belong to it."""
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")
