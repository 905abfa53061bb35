# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run one of the playbooks that set up a controller, with variables of a test."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
#: Collections that are not ours, such as awx.awx, are unpacked here by `tools/setup test`.
OTHERS = ROOT / ".state/collections"


@dataclass(frozen=True)
class Played:
    """What came of a run."""

    code: int
    output: str

    @property
    def changed(self) -> int:
        """How many tasks changed something, or would have in check mode."""
        return int(re.search(r"changed=(\d+)", self.output)[1])

    @property
    def words(self) -> str:
        """The output as one line of words: Ansible breaks lines where it likes."""
        return " ".join(self.output.split())

    def well(self) -> Played:
        """This, if it ended well."""
        assert self.code == 0, self.output
        return self


def play(name: str, variables: dict[str, Any], folder: Path, *options: str, others: Path = OTHERS) -> Played:
    """Run the playbook acestream.vpn.NAME, with the collections of others that are in a folder."""
    given = folder / "variables.json"
    given.write_text(json.dumps(variables), encoding="utf-8")
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    done = subprocess.run(
        [program, "-i", "localhost,", f"acestream.vpn.{name}", "-e", f"@{given}", *options],
        cwd=ROOT,
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": f"{ROOT / 'collections'}:{others}", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    return Played(done.returncode, done.stdout + done.stderr)
