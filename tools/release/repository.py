# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The git repository: whether it may be released from, a copy to work in, and the one moment at which it changes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from semantic_version import Version

from tools.release.commands import run, undisturbed
from tools.release.refusal import Refused
from tools.release.version import tag_of


@dataclass(frozen=True)
class Repository:
    """A clone with its files.

    :ivar root: its top folder.
    """

    root: Path

    def must_be_ready(self) -> None:
        """See that a branch is checked out, that nothing is uncommitted, and that git knows who commits.

        :raises Refused: one of them does not hold.
        """
        try:
            self._git("rev-parse", "--git-dir")
        except Refused:
            raise Refused("this is no git repository: release from a clone") from None
        try:
            self._git("symbolic-ref", "--quiet", "HEAD")
        except Refused:
            raise Refused("no branch is checked out: git switch main") from None
        changed = self._git("status", "--porcelain", "--untracked-files=all").splitlines()
        if changed:
            first = f"{changed[0][3:]}{' and others' if changed[1:] else ''}"
            raise Refused(
                f"the tree is not clean ({first}): commit it, or put it away with git stash --include-untracked"
            )
        try:
            self._git("var", "GIT_COMMITTER_IDENT")
        except Refused:
            raise Refused("git does not know who you are: set user.name and user.email with git config") from None

    def tags(self) -> list[str]:
        """The versions that have a tag."""
        names = (name.removeprefix("v") for name in self._git("tag", "--list", "v*").split())
        return [name for name in names if _is_version(name)]

    @contextmanager
    def copy(self, commit: str = "HEAD") -> Iterator[Copy]:
        """A second working tree with what a commit holds and nothing else; gone at the end, whatever happened."""
        with tempfile.TemporaryDirectory(prefix="acestream-vpn-release-") as folder, ExitStack() as cleanup:
            tree = Path(folder) / "tree"
            with undisturbed():
                self._git("worktree", "add", "--quiet", "--detach", str(tree), commit)
                cleanup.callback(self._remove, tree)
            yield Copy(tree)

    def adopt(self, commit: str, version: Version) -> None:
        """Take over a commit that was made in a copy, with its tag: both, or none.

        :raises Refused: the branch, the tree or the tags changed meanwhile.
        """
        tag = tag_of(version)
        self._git("tag", "--annotate", "--message", f"Release {version}", tag, commit)
        try:
            self._git("merge", "--quiet", "--ff-only", commit)
        except Refused as error:
            self._git("tag", "--delete", tag)
            raise Refused("the branch or its files changed meanwhile: call it again") from error

    def _remove(self, tree: Path) -> None:
        with undisturbed():
            self._git("worktree", "remove", "--force", str(tree))

    def _git(self, *words: str) -> str:
        return run("git", *words, cwd=self.root)


@dataclass(frozen=True)
class Copy:
    """A working tree of its own, whose commits are on no branch.

    :ivar root: its top folder.
    """

    root: Path

    def commit(self, message: str) -> str:
        """Commit all that changed in it.

        :return: the name of the commit.
        """
        run("git", "add", "--all", cwd=self.root)
        run("git", "commit", "--quiet", "--message", message, cwd=self.root)
        return run("git", "rev-parse", "HEAD", cwd=self.root).strip()


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except ValueError:
        return False
    return True
