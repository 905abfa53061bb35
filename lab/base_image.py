# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The base image, made from Debian's packages, because no image registry is needed that way."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

import docker
import docker.errors

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
    """The image's name, with a hash of what it is made of."""
    made_of = "\n".join([SUITE, *_LEAVE_OUT, *packages(listed)])
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
        say(f"making {name} from Debian packages (once, about 30 s)")
    with tempfile.TemporaryDirectory(prefix="acelab-base-") as temporary:
        tar = Path(temporary) / "base.tar"
        _bootstrap(tar, packages(listed))
        client.api.import_image_from_file(str(tar), repository=repository, tag=name.partition(":")[2])
    client.images.get(name)
    return name


def _bootstrap(tar: Path, included: list[str]) -> None:
    if shutil.which("mmdebstrap") is None:
        raise LabError("mmdebstrap is not installed", "apt-get install mmdebstrap debian-archive-keyring")
    command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(included)}"]
    # A crash leaves no image behind, so nothing has to be on the disk before the end.
    command += ["--dpkgopt=force-unsafe-io"]
    command += [f"--dpkgopt=path-exclude={pattern}" for pattern in _LEAVE_OUT]
    # Java's packages make links there, and fail where the folder is left out with the pages.
    command += ['--essential-hook=mkdir -p "$1/usr/share/man/man1"']
    done = subprocess.run([*command, SUITE, str(tar)], capture_output=True, text=True, check=False)
    if done.returncode:
        tail = "\n".join(done.stderr.strip().splitlines()[-8:])
        raise LabError(f"mmdebstrap failed:\n{tail}", "It needs Debian's package mirror and its keyring.")
