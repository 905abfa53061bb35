# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tarball is judged before anybody gets it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tools.release import artifact, importer, installed
from tools.release.commands import Workshop
from tools.release.links import Links

#: Stands for the publisher's address where none is given, in a second build that only galaxy-importer sees: it takes
#: no collection without one.
_STAND_IN = "https://repository.invalid"


def check(collection: Path, tarball: Path, links: Links, folder: Path, say: Callable[[str], None]) -> None:
    """See that Galaxy takes a tarball, and that it works from an empty folder.

    :param collection: what it was built from.
    :param folder: where files may be put; empty.
    :raises Refused: it does not.
    """
    judged = tarball
    importing = _workshop(folder / "importer")
    if not links.repository:
        judged = artifact.build(collection, replace(links, repository=_STAND_IN), folder / "stand-in", importing)
    say(importer.check(judged, importing))
    say(installed.check(tarball, _workshop(folder / "installed")))


def _workshop(folder: Path) -> Workshop:
    folder.mkdir(parents=True)
    return Workshop(folder)
