# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tarball of the collection."""

from __future__ import annotations

import shutil
from pathlib import Path

from tools.release.commands import Workshop
from tools.release.links import Links
from tools.release.refusal import Refused

#: What is only of use in the repository.
_LEFT_OUT = ("fragments", ".plugin-cache.yaml", "__pycache__", "*.pyc")


def build(collection: Path, links: Links, folder: Path, workshop: Workshop) -> Path:
    """Build the tarball of a collection with these links.

    :param collection: it is copied, and not changed.
    :param folder: where the tarball is put; made if need be.
    :raises Refused: ansible-galaxy failed.
    """
    folder.mkdir(parents=True)
    source = folder / "source"
    shutil.copytree(collection, source, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    links.put_into(source / "galaxy.yml")
    workshop.run("ansible-galaxy", "collection", "build", "--output-path", str(folder), cwd=source)
    shutil.rmtree(source)
    tarballs = list(folder.glob("*.tar.gz"))
    if len(tarballs) != 1:
        raise Refused(f"ansible-galaxy built {len(tarballs)} tarballs instead of one: build by hand and see why")
    return tarballs[0]
