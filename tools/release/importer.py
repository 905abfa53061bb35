# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Would Galaxy take the tarball? Its own importer says so, with no Galaxy and no containers."""

from __future__ import annotations

import json
from pathlib import Path

from tools.release.commands import Workshop
from tools.release.refusal import Refused

#: ansible-lint and ansible-test are stages of `make test`, with the settings of this repository.
_CONFIG = """\
[galaxy-importer]
ansible_local_tmp = {folder}/tmp
tmp_root_dir = {folder}
check_changelog = true
run_ansible_doc = true
run_ansible_lint = false
run_ansible_test = false
run_flake8 = false
"""
_COMPLAINTS = ("WARNING:", "ERROR:", "CRITICAL:")


def check(tarball: Path, workshop: Workshop) -> str:
    """Have galaxy-importer look at a tarball.

    :return: what it found, in words.
    :raises Refused: it does not take it, warns of something, or misses the documentation of a plugin.
    """
    config = workshop.folder / "galaxy-importer.cfg"
    config.write_text(_CONFIG.format(folder=workshop.folder), encoding="utf-8")
    words = ("-m", "galaxy_importer.main", str(tarball))
    output = workshop.run("python", *words, GALAXY_IMPORTER_CONFIG=str(config))
    complaints = [line for line in output.splitlines() if line.startswith(_COMPLAINTS)]
    if complaints:
        raise Refused(f"galaxy-importer is not content: {' | '.join(complaints)}")
    result = json.loads((workshop.folder / "importer_result.json").read_text(encoding="utf-8"))
    contents = result["docs_blob"]["contents"]
    undocumented = [item["content_name"] for item in contents if _lacks_documentation(item)]
    if undocumented:
        raise Refused(f"galaxy-importer finds no documentation of {', '.join(undocumented)}: write it")
    return f"galaxy-importer takes it, with {len(contents)} contents"


def _lacks_documentation(item: dict) -> bool:
    without = ("doc_fragments", "module_utils", "playbook", "role", "patterns")
    return item["content_type"] not in without and not item["doc_strings"]
