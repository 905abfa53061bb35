# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small repository that can be released from: this collection's settings, and next to nothing in it."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools.release.layout import COLLECTION

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class SmallRepository:
    """It has a branch, one commit, one changelog fragment, and a user of its own."""

    root: Path

    @property
    def collection(self) -> Path:
        return self.root / COLLECTION

    def git(self, *words: str) -> str:
        """What git says; an error if it fails."""
        return subprocess.run(["git", *words], cwd=self.root, capture_output=True, text=True, check=True).stdout

    def write(self, name: str, text: str) -> Path:
        """A file of the collection; not committed."""
        path = self.collection / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def commit(self, message: str = "A change") -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def hook(self, name: str, script: str) -> None:
        """Have git call a shell script."""
        path = self.root / ".git/hooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def state(self) -> dict[str, object]:
        """All that a release might change: commits, branches, tags, working trees, files."""
        files = [path for path in self.root.rglob("*") if path.is_file() and ".git" not in path.parts]
        return {
            "head": (self.root / ".git/HEAD").read_text(encoding="utf-8"),
            "refs": self.git("for-each-ref"),
            "trees": self.git("worktree", "list"),
            "status": self.git("status", "--porcelain"),
            "files": {str(path.relative_to(self.root)): path.read_bytes() for path in files},
        }


def make(root: Path) -> SmallRepository:
    """Make one in a folder that does not exist."""
    repository = SmallRepository(root)
    for name in ("galaxy.yml", "changelogs/config.yaml", "COPYING"):
        path = repository.collection / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / COLLECTION / name, path)
    repository.write("README.md", "# A collection\n")
    repository.write("meta/runtime.yml", 'requires_ansible: ">=2.19.0"\n')
    repository.write("changelogs/fragments/1-more.yml", "minor_changes:\n  - recovery - it mends more.\n")
    (root / ".gitignore").write_text(".state/\n*.secret\n", encoding="utf-8")
    repository.git("init", "--quiet", "--initial-branch", "main")
    repository.git("config", "user.name", "A Publisher")
    repository.git("config", "user.email", "publisher@example.org")
    repository.commit("First")
    return repository
