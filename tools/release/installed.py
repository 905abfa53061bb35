# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does it work where nothing else is? The tarball is installed into an empty folder and used from there."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.release.commands import Workshop
from tools.release.refusal import Refused

#: Folders of plugins that users never name, and that have no documentation of their own.
_HELPERS = ("module_utils", "doc_fragments", "plugin_utils")
#: A Gluetun that no host has.
_NO_GLUETUN = "acestream-vpn-release-check"


def check(tarball: Path, workshop: Workshop) -> str:
    """Install the tarball, have `ansible-doc` show each thing in it, and run the playbook `status`.

    :param workshop: an empty one.
    :return: what was done, in words.
    :raises Refused: something failed.
    """
    words = ("--offline", "--no-deps", "--collections-path", str(workshop.collections))
    workshop.run("ansible-galaxy", "collection", "install", str(tarball), *words)
    collection = workshop.collections / "ansible_collections/acestream/vpn"
    shown = sum(_show(kind, names, workshop) for kind, names in _contents(collection))
    _look(workshop)
    return f"installed; ansible-doc shows {shown} plugins and roles; status looks"


def _contents(collection: Path) -> Iterator[tuple[str, list[str]]]:
    """What ansible-doc can show: names by kind, from the files that were installed."""
    for folder in sorted(collection.glob("plugins/*/")):
        if folder.name not in _HELPERS:
            names = {path.stem for path in folder.iterdir() if path.suffix in (".py", ".yml")} - {"__init__"}
            yield folder.name.removesuffix("s") if folder.name == "modules" else folder.name, sorted(names)
    yield "role", sorted(path.name for path in collection.glob("roles/*/"))


def _show(kind: str, names: list[str], workshop: Workshop) -> int:
    """ansible-doc ends well when it misses something; what it shows is what counts."""
    full_names = [f"acestream.vpn.{name}" for name in names]
    shown = json.loads(workshop.run("ansible-doc", "--type", kind, "--json", *full_names))
    part = "entry_points" if kind == "role" else "doc"
    missing = [name for name in full_names if not shown.get(name, {}).get(part)]
    if missing:
        raise Refused(f"ansible-doc shows no {kind} {', '.join(missing)}: mend its documentation")
    return len(names)


def _look(workshop: Workshop) -> None:
    """`status` of a Gluetun that does not exist: it ends well, and says that there is none."""
    inventory, document = workshop.folder / "inventory.json", workshop.folder / "status.json"
    host = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "recovery_gluetuns": [{"name": _NO_GLUETUN}],
        "recovery_state_dir": str(workshop.folder / "state"),
    }
    inventory.write_text(json.dumps({"vpn_hosts": {"hosts": {"here": host}}}), encoding="utf-8")
    words = ("-i", str(inventory), "-e", f"output_file={document}")
    workshop.run("ansible-playbook", "acestream.vpn.status", *words)
    seen = json.loads(document.read_text(encoding="utf-8"))["here"]
    if seen["problems"]:
        raise Refused(f"status needs a Docker that answers, and it does not: {' | '.join(map(str, seen['problems']))}")
    if seen["verdicts"] != {_NO_GLUETUN: "stopped"}:
        raise Refused(f"status judges a Gluetun that does not exist as {seen['verdicts']} instead of stopped")
