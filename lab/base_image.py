# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base image, made from Debian's packages, because no image registry is needed that way.

It is kept as a file as well (:mod:`lab.cache`), for a Docker that has lost it, or another one.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import platform
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import BinaryIO

import docker
import docker.errors

from lab import cache
from lab.errors import LabError
from lab.say import say

SUITE = "bookworm"
REPOSITORY = "acelab-base"
PACKAGES = Path(__file__).with_name("images") / "base-packages.txt"
#: Documentation is not read in a container.
_LEAVE_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*")


def packages(listed: Path = PACKAGES) -> list[str]:
    """The packages of an image, one a line in its list."""
    lines = listed.read_text(encoding="utf-8").splitlines()
    return sorted(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def tag(repository: str = REPOSITORY, listed: Path = PACKAGES) -> str:
    """The image's name, with a hash of all that it is made of: any checkout gives the same contents the same name."""
    made_of = "\n".join([*_command(packages(listed)), platform.machine()])
    return f"{repository}:{hashlib.sha256(made_of.encode()).hexdigest()[:12]}"


def ensure(client: docker.DockerClient, repository: str = REPOSITORY, listed: Path = PACKAGES) -> str:
    """Make the image if it is not there.

    :param repository: its name without the tag.
    :param listed: the file with its packages.
    :returns: its tag.
    :raises LabError: mmdebstrap is missing or fails.
    """
    name = tag(repository, listed)
    try:
        client.images.get(name)
        return name
    except docker.errors.ImageNotFound:
        pass
    kept = cache.folder() / f"{name.replace(':', '-')}.tar.gz"
    if cache.is_trusted(kept):
        say(f"loading {name} from {kept}")
        cache.used(kept)
    else:
        say(f"making {name} from Debian packages (once, about 30 s)")
        _keep(kept, packages(listed))
    client.api.import_image_from_file(str(kept), repository=repository, tag=name.partition(":")[2])
    client.images.get(name)
    return name


def _keep(kept: Path, included: list[str]) -> None:
    """Make the file, which is there whole or not at all."""
    handle, temporary = tempfile.mkstemp(prefix=f".{kept.name}.", dir=kept.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            _bootstrap(file, included)
        Path(temporary).rename(kept)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _bootstrap(into: BinaryIO, included: list[str]) -> None:
    if shutil.which("mmdebstrap") is None:
        raise LabError("mmdebstrap is not installed", "apt-get install mmdebstrap debian-archive-keyring")
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        with (
            subprocess.Popen(_command(included), stdout=subprocess.PIPE, stderr=said) as running,
            # Level 1 costs little, and saves two thirds.
            gzip.GzipFile(fileobj=into, mode="wb", compresslevel=1, mtime=0) as packed,
        ):
            shutil.copyfileobj(running.stdout, packed, 1 << 20)
        if running.returncode:
            said.seek(0)
            tail = "\n".join(said.read().strip().splitlines()[-8:])
            raise LabError(f"mmdebstrap failed:\n{tail}", "It needs Debian's package mirror and its keyring.")


def _command(included: list[str]) -> list[str]:
    """What writes the image's files to its standard output, as a tar file."""
    command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(included)}"]
    # A crash leaves no image behind, so nothing has to be on the disk before the end.
    command += ["--dpkgopt=force-unsafe-io"]
    command += [f"--dpkgopt=path-exclude={pattern}" for pattern in _LEAVE_OUT]
    # Java's packages make links there, and fail where the folder is left out with the pages.
    command += ['--essential-hook=mkdir -p "$1/usr/share/man/man1"']
    return [*command, SUITE, "-"]
