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
PACKAGES = Path(__file__).with_name("images") / "base-packages.txt"
#: Documentation is not read in a container.
_LEAVE_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*")


def packages() -> list[str]:
    """The packages of the base image, one a line in the list."""
    lines = PACKAGES.read_text(encoding="utf-8").splitlines()
    return sorted(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def tag() -> str:
    """The base image's name, with a hash of what it is made of."""
    made_of = "\n".join([SUITE, *_LEAVE_OUT, *packages()])
    return f"acelab-base:{hashlib.sha256(made_of.encode()).hexdigest()[:12]}"


def ensure(client: docker.DockerClient) -> str:
    """Make the base image if it is not there.

    :returns: its tag.
    :raises LabError: mmdebstrap is missing or fails.
    """
    name = tag()
    try:
        client.images.get(name)
        return name
    except docker.errors.ImageNotFound:
        say(f"making {name} from Debian packages (once, about 30 s)")
    with tempfile.TemporaryDirectory(prefix="acelab-base-") as temporary:
        tar = Path(temporary) / "base.tar"
        _bootstrap(tar)
        repository, _colon, version = name.partition(":")
        client.api.import_image_from_file(str(tar), repository=repository, tag=version)
    client.images.get(name)
    return name


def _bootstrap(tar: Path) -> None:
    if shutil.which("mmdebstrap") is None:
        raise LabError("mmdebstrap is not installed", "apt-get install mmdebstrap debian-archive-keyring")
    command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(packages())}"]
    command += [f"--dpkgopt=path-exclude={pattern}" for pattern in _LEAVE_OUT]
    done = subprocess.run([*command, SUITE, str(tar)], capture_output=True, text=True, check=False)
    if done.returncode:
        tail = "\n".join(done.stderr.strip().splitlines()[-8:])
        raise LabError(f"mmdebstrap failed:\n{tail}", "It needs Debian's package mirror and its keyring.")
