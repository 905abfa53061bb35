# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order of things. All is done in a copy; the repository changes once, at the end, or never."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.release import artifact, changelog
from tools.release.check import check as check_tarball
from tools.release.commands import Workshop, undisturbed
from tools.release.layout import COLLECTION, RELEASES
from tools.release.links import Links
from tools.release.refusal import Refused
from tools.release.repository import Repository
from tools.release.version import in_changelog, must_be_new, parse, tag_of

#: Judges a tarball: collection, tarball, links, an empty folder, where to say what was found.
Check = Callable[[Path, Path, Links, Path, Callable[[str], None]], None]


def release(root: Path, text: str, links: Links, say: Callable[[str], None], check: Check = check_tarball) -> Path:
    """Release a version: changelog, commit, tag, and a tarball that was checked.

    :param root: the repository.
    :param text: the version.
    :param say: is called with what was done, a line each.
    :return: the tarball.
    :raises Refused: there is no release, and the repository is as it was.
    """
    version = parse(text)
    repository = Repository(root)
    repository.must_be_ready()
    releases = in_changelog(root / COLLECTION / "changelogs/changelog.yaml")
    must_be_new(version, {f"the tag {tag_of(version)}": repository.tags(), "changelog.yaml": releases})
    changelog.must_have_fragments(root / COLLECTION)
    with repository.copy() as copy, _scratch() as folder:
        changelog.write(copy.root / COLLECTION, version, Workshop(folder))
        say(f"changelog of {version}")
        commit = copy.commit(f"Release {version}")
        tarball = _build_and_check(copy.root / COLLECTION, links, folder, say, check)
        with undisturbed(), _kept(tarball, root / RELEASES) as kept:
            repository.adopt(commit, version)
            say(f"committed, and tagged {tag_of(version)}")
        return kept


def rebuild(root: Path, text: str, links: Links, say: Callable[[str], None], check: Check = check_tarball) -> Path:
    """Build and check the tarball of a version that was released, with other links, for example. Nothing else changes.

    :param root, text, say: see :func:`release`.
    :return: the tarball.
    :raises Refused: there is no such release, or its tarball is not good.
    """
    version = parse(text)
    repository = Repository(root)
    if str(version) not in repository.tags():
        raise Refused(f"there is no tag {tag_of(version)}: release it first, or fetch it with git fetch --tags")
    with repository.copy(tag_of(version)) as copy, _scratch() as folder:
        tarball = _build_and_check(copy.root / COLLECTION, links, folder, say, check)
        with undisturbed(), _kept(tarball, root / RELEASES) as kept:
            return kept


def _build_and_check(collection: Path, links: Links, folder: Path, say: Callable[[str], None], check: Check) -> Path:
    tarball = artifact.build(collection, links, folder / "build", Workshop(folder))
    say(f"built {tarball.name}")
    check(collection, tarball, links, folder / "check", say)
    return tarball


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="acestream-vpn-release-") as folder:
        yield Path(folder)


@contextmanager
def _kept(tarball: Path, folder: Path) -> Iterator[Path]:
    """Put the tarball where it stays, but under its name only if what comes in between succeeds."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / tarball.name
    waiting = kept.with_name(f"{kept.name}.part")
    try:
        shutil.copyfile(tarball, waiting)
        yield kept
        waiting.replace(kept)
    finally:
        waiting.unlink(missing_ok=True)
