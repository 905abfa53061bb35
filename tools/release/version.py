# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which versions may be released: semantic ones that are newer than every release so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml
from semantic_version import Version

from tools.release.refusal import Refused


def parse(text: str) -> Version:
    """The version that a person wrote.

    :raises Refused: it is none, or is no semantic version.
    """
    if not text:
        raise Refused("which version? Say it: make release VERSION=0.1.0")
    try:
        return Version(text)
    except ValueError:
        raise Refused(f"'{text}' is no semantic version: write three numbers, such as 0.1.0 or 1.0.0-rc.1") from None


def tag_of(version: Version) -> str:
    """The name of its tag."""
    return f"v{version}"


def in_changelog(changelog: Path) -> list[str]:
    """The versions that a `changelog.yaml` knows; none if there is no such file.

    :raises Refused: the file is not what antsibull-changelog writes.
    """
    if not changelog.exists():
        return []
    try:
        content = yaml.safe_load(changelog.read_text(encoding="utf-8")) or {}
        return [str(Version(str(text))) for text in content.get("releases") or {}]
    except (yaml.YAMLError, AttributeError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise Refused(f"{changelog.name} cannot be read ({reason}): restore it from git") from None


def must_be_new(version: Version, known: Mapping[str, Iterable[str]]) -> None:
    """See that a version is newer than all releases.

    :param known: the releases there are, by where they were found ("the tag", "changelog.yaml").
    :raises Refused: it exists, or one exists that is not older.
    """
    found = {place: [Version(text) for text in texts] for place, texts in known.items()}
    latest = max((one for versions in found.values() for one in versions), default=None)
    if latest is None:
        return
    proposals = f"{latest.next_patch()}, {latest.next_minor()} or {latest.next_major()}"
    places = [place for place, versions in found.items() if version in versions]
    if places:
        raise Refused(f"{version} exists already ({' and '.join(places)}): release {proposals}")
    if version <= latest:
        raise Refused(f"{version} is not newer than {latest}, the last release: release {proposals}")
