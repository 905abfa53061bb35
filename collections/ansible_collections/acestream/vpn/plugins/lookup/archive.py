# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: archive
short_description: Put folders of this collection into one archive, the same bytes for the same files
version_added: 0.1.0
author:
  - acestream.vpn contributors (@acestream-vpn)
description:
  - Makes a C(.tar.gz) of folders and their files. Owners, times and the order of the file system leave no trace in it,
    so that its digest changes when a file does, and only then. Compiled Python files are left out.
  - One archive reaches a host in one task, where a folder of a hundred files takes a hundred steps.
  - It is removed when Ansible ends.
options:
  _terms:
    description:
      - A dictionary, from each folder on the control node to its path in the archive. Folders are relative to the
        collection.
    required: true
  without:
    description: Paths, relative to the folder, that are left out, with all that is in them.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Files of a program
  ansible.builtin.unarchive:
    src: "{{ core.path }}"
    dest: "/opt/core-{{ core.digest }}"
    mode: u=rwX,go=rX
  vars:
    core: "{{ lookup('acestream.vpn.archive', {'plugins/module_utils': 'lib'}) }}"
"""

RETURN = r"""
_raw:
  description:
    - For each term C(path), of the archive on the control node, and C(digest), twelve characters that stand for what
      is in it.
  type: list
  elements: dict
"""

import gzip
import hashlib
import io
import os
import tarfile

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

#: The folder of the collection that this file is in.
COLLECTION = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class LookupModule(LookupBase):
    """The lookup."""

    def run(self, terms, variables=None, **kwargs):
        """Make an archive for each term."""
        return [archive(term, kwargs.get("without") or ()) for term in terms]


def archive(folders, without):
    """Make one archive, in the folder that Ansible removes when it ends."""
    if not isinstance(folders, dict) or not folders:
        raise AnsibleError("acestream.vpn.archive: give a dictionary, from each folder to its path in the archive")
    places = {os.path.join(COLLECTION, folder): inside for folder, inside in folders.items()}
    data = pack({place: (inside, files(place, without)) for place, inside in places.items()})
    # Of what is packed: how well it is compressed depends on the machine.
    digest = hashlib.sha256(data).hexdigest()[:12]
    path = os.path.join(C.DEFAULT_LOCAL_TMP, f"archive-{digest}.tar.gz")
    if not os.path.exists(path):
        # Forks may make the same one at the same time.
        temporary = f"{path}.{os.getpid()}"
        with open(temporary, "wb") as handle:
            handle.write(gzip.compress(data, mtime=0))
        os.replace(temporary, path)
    return {"path": path, "digest": digest}


def files(folder, without=()):
    """Paths of the files below a folder, relative to it and sorted."""
    if not os.path.isdir(folder):
        raise AnsibleError(f"acestream.vpn.archive: there is no folder {folder}")
    found = []
    for place, folders, names in os.walk(folder):
        inside = os.path.relpath(place, folder)
        folders[:] = [
            name
            for name in folders
            if name != "__pycache__" and os.path.normpath(os.path.join(inside, name)) not in without
        ]
        found.extend(os.path.normpath(os.path.join(inside, name)) for name in names if not name.endswith(".pyc"))
    return sorted(name for name in found if name not in without)


def pack(parts):
    """Put files into one archive, not compressed.

    :param parts: for each folder its path in the archive, and which of its files.
    :returns: bytes.
    """
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.PAX_FORMAT) as opened:
        for folder, (inside, names) in sorted(parts.items(), key=lambda part: part[1][0]):
            for name in names:
                with open(os.path.join(folder, name), "rb") as handle:
                    data = handle.read()
                member = tarfile.TarInfo(os.path.normpath(os.path.join(inside, name)))
                member.size, member.mode = len(data), 0o644
                opened.addfile(member, io.BytesIO(data))
    return tar.getvalue()
