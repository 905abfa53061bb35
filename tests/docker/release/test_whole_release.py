# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole release of this repository, in a clone of it: with galaxy-importer, and `status` from an empty folder."""

from __future__ import annotations

import json
import subprocess
import tarfile
from pathlib import Path

import pytest

from tools.release.layout import COLLECTION

ROOT = Path(__file__).resolve().parents[3]
PYTHON = ROOT / ".venv-release/bin/python"


@pytest.mark.slow
@pytest.mark.skipif(not PYTHON.exists(), reason="it needs .venv-release: tools/setup release")
def test_release_of_the_last_commit(tmp_path):
    clone = tmp_path / "clone"
    # Without tags: whatever was released so far, this may be the next one.
    _do("git", "clone", "--quiet", "--no-tags", str(ROOT), str(clone), cwd=tmp_path)
    _do("git", "switch", "--quiet", "--force-create", "trial", cwd=clone)
    for name, value in (("user.name", "A Publisher"), ("user.email", "publisher@example.org")):
        _do("git", "config", name, value, cwd=clone)
    fragment = clone / COLLECTION / "changelogs/fragments/trial.yml"
    fragment.parent.mkdir(exist_ok=True)
    fragment.write_text("trivial:\n  - It is tried.\n", encoding="utf-8")
    _do("git", "add", "--all", cwd=clone)
    _do("git", "commit", "--quiet", "--message", "A change", cwd=clone)
    said = _do(str(PYTHON), "-m", "tools.release", "release", "999.0.0", cwd=clone)
    assert "galaxy-importer takes it" in said
    assert "status looks" in said
    assert "names no repository" in said
    assert _do("git", "describe", "--exact-match", cwd=clone) == "v999.0.0\n"
    assert _do("git", "status", "--porcelain", cwd=clone) == ""
    with tarfile.open(clone / ".state/release/acestream-vpn-999.0.0.tar.gz") as archive:
        info = json.load(archive.extractfile("MANIFEST.json"))["collection_info"]
    assert (info["version"], info["repository"]) == ("999.0.0", None)


def _do(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
