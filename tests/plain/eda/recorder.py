# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A playbook in the place of the recovery, which records what it was told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import yaml

from lab.rulebook import EXTENSION


class Recorder:
    """A collection with this one's event source, filter and rulebooks, whose playbook C(recover) records its variables.

    :ivar collections: for C(ANSIBLE_COLLECTIONS_PATH).
    :ivar inventory: a folder whose group C(vpn_hosts) has the hosts.
    """

    def __init__(self, folder: Path, hosts: list[str]) -> None:
        self.collections = folder / "collections"
        self._runs = folder / "runs"
        self._runs.mkdir()
        collection = self.collections / "ansible_collections/acestream/vpn"
        (collection / "extensions").mkdir(parents=True)
        (collection / "playbooks").mkdir()
        (collection / "extensions/eda").symlink_to(EXTENSION)
        shutil.copy(EXTENSION.parents[1] / "galaxy.yml", collection)
        told = "{'host': inventory_hostname, 'limit': ansible_limit, 'trigger': recovery_trigger, 'eda': ansible_eda}"
        # Everything that the run was told is written out, so that a template in it would be rendered here.
        record = {
            "name": "Record",
            "ansible.builtin.copy": {
                "content": "{{ " + told + " | to_json }}",
                "dest": f"{self._runs}/{{{{ lookup('pipe', 'mktemp -u run-XXXXXXXX') }}}}.json",
            },
        }
        play = {
            "name": "Keep the AceStream engines working",
            "hosts": "{{ recovery_hosts | default('vpn_hosts') }}",
            "gather_facts": False,
            "tasks": [record],
        }
        (collection / "playbooks/recover.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")
        self.inventory = folder / "inventory"
        self.inventory.mkdir()
        local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        group = {"vpn_hosts": {"hosts": dict.fromkeys(hosts, local)}}
        (self.inventory / "hosts.yml").write_text(yaml.safe_dump(group), encoding="utf-8")

    def runs(self) -> list[dict[str, Any]]:
        """What each run so far was told, oldest first."""
        found = []
        for path in sorted(self._runs.glob("*.json"), key=lambda path: path.stat().st_mtime_ns):
            found.append(json.loads(path.read_text(encoding="utf-8")))
        return found
