# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Ansible inventory of one lab: host ``lab``, reached locally, with what the role needs to know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from lab import files, image_builds, specs
from lab.definition import Lab


def document(lab: Lab, folder: Path, key: str) -> dict[str, Any]:
    """The inventory as data."""
    host = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "recovery_gluetuns": [{"name": vpn.gluetun, "api_key": key, "ports": vpn.ports} for vpn in lab.vpns],
        "recovery_state_dir": str(folder / "state"),
        # What a pool of this lab makes; it is one only where recovery_min_replicas says so.
        "recovery_engine_spec": new_engine(lab),
    }
    # The group is the one that the collection's playbooks are for.
    return {"vpn_hosts": {"hosts": {"lab": host}}}


def new_engine(lab: Lab) -> dict[str, Any]:
    """An engine like those of the definition, with places for what the pool decides."""
    return {
        "variant": lab.engine_variant,
        "image": image_builds.tag("engine"),
        "command": [*specs.ENGINE_COMMAND, "{http_port}", "--https-port", "{https_port}", "--port", "{p2p_port}"],
        "environment": {"SWARM": specs.SWARM},
        "labels": lab.labels,
        "name_prefix": f"{lab.prefix}-engine",
    }


def write(lab: Lab) -> Path:
    """Write ``inventory.yml``, readable by its owner alone, as it holds the key.

    :returns: its path.
    """
    folder = files.folder(lab.prefix)
    (folder / "state").mkdir(mode=0o700, exist_ok=True)
    path = folder / "inventory.yml"
    text = yaml.safe_dump(document(lab, folder, files.api_key(lab.prefix)), sort_keys=False)
    if not path.exists() or path.read_text(encoding="utf-8") != f"---\n{text}":
        files.write(path, f"---\n{text}")
    return path
