# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a release changes in the collection: its version, `changelog.yaml`, `CHANGELOG.rst`, and the fragments."""

from __future__ import annotations

import re
from pathlib import Path

from semantic_version import Version

from tools.release.commands import Workshop
from tools.release.refusal import Refused

_VERSION = re.compile(r"^version:.*$", re.MULTILINE)


def must_have_fragments(collection: Path) -> None:
    """See that there is something to release.

    :raises Refused: there is no changelog fragment.
    """
    if not any((collection / "changelogs/fragments").glob("*.y*ml")):
        raise Refused("nothing to release: changelogs/fragments has no fragment; write one for what users will notice")


def write(collection: Path, version: Version, workshop: Workshop) -> None:
    """Set the version, and turn the fragments into the changelog.

    :raises Refused: a fragment is not valid, or antsibull-changelog failed otherwise.
    """
    _set_version(collection / "galaxy.yml", version)
    workshop.run("antsibull-changelog", "release", cwd=collection)
    # Only antsibull-changelog's own memory of the plugins that there are: it belongs neither into git nor the tarball.
    (collection / "changelogs/.plugin-cache.yaml").unlink(missing_ok=True)


def _set_version(galaxy: Path, version: Version) -> None:
    """The comments of the file stay."""
    text, count = _VERSION.subn(f"version: {version}", galaxy.read_text(encoding="utf-8"))
    if count != 1:
        raise Refused("galaxy.yml has no line 'version: ...': restore it from git")
    galaxy.write_text(text, encoding="utf-8")
