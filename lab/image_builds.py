# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The three images, built from their folders; a tag holds a hash of the sources, so nothing is built twice."""

from __future__ import annotations

import hashlib
import io
import tarfile
from pathlib import Path

import docker
import docker.errors

from lab import base_image
from lab.errors import LabError
from lab.say import say

SOURCES = Path(__file__).with_name("images")
KINDS = ("provider", "gluetun", "engine")


def tag(kind: str) -> str:
    """The tag of one image: its kind and a hash of its sources and of its base."""
    digest = hashlib.sha256(base_image.tag().encode())
    for name, data in sorted(_sources(kind).items()):
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return f"acelab-{kind}:{digest.hexdigest()[:12]}"


def ensure(client: docker.DockerClient, kinds: tuple[str, ...] = KINDS) -> dict[str, str]:
    """Build what is missing.

    :returns: the tag of each kind.
    :raises LabError: a build fails; the message ends with the tail of its log.
    """
    tags = {kind: tag(kind) for kind in kinds}
    for kind, name in tags.items():
        try:
            client.images.get(name)
        except docker.errors.ImageNotFound:
            base = base_image.ensure(client)
            say(f"building {name}")
            _build(client, kind, name, base)
    return tags


def _build(client: docker.DockerClient, kind: str, name: str, base: str) -> None:
    context = io.BytesIO()
    with tarfile.open(fileobj=context, mode="w") as tar:
        for path, data in sorted(_sources(kind).items()):
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(data), 0o755
            tar.addfile(entry, io.BytesIO(data))
    context.seek(0)
    try:
        client.images.build(
            fileobj=context, custom_context=True, tag=name, buildargs={"BASE": base}, rm=True, forcerm=True
        )
    except docker.errors.BuildError as error:
        lines = [str(row.get("stream") or row.get("error") or "").rstrip() for row in error.build_log]
        tail = "\n".join([line for line in lines if line][-12:])
        raise LabError(f"building {name} failed:\n{tail}", f"See lab/images/{kind}/Dockerfile.") from error


def _sources(kind: str) -> dict[str, bytes]:
    """The build context of one image: its own folder, and ``common/`` beside it."""
    found = {}
    for folder, inside in ((SOURCES / kind, ""), (SOURCES / "common", "common/")):
        for path in sorted(folder.iterdir()):
            if path.is_file() and path.suffix != ".pyc":
                found[inside + path.name] = path.read_bytes()
    return found
