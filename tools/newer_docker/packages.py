# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Debian's packages of a newer Docker, unpacked beside the project: nothing is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from lab.say import say
from tools.newer_docker.errors import NewerDockerError
from tools.newer_docker.requirements import KEYRING

#: Debian 13.
SUITE = "trixie"
#: runc is the distribution's own. tini is what the package docker.io takes as its docker-init.
PACKAGES = ("docker.io", "docker-cli", "containerd", "tini")


def unpacked(folder: Path) -> Path:
    """The root of the unpacked packages. They are fetched once, and again after `make clean`.

    :param folder: where they are kept.
    :raises NewerDockerError: apt could not fetch them; the message ends with what it said.
    """
    root = folder / "-".join((SUITE, *PACKAGES))
    if root.is_dir():
        return root
    folder.mkdir(parents=True, exist_ok=True)
    say(f"fetching {', '.join(PACKAGES)} of Debian's {SUITE} (once, about 70 MB)")
    with tempfile.TemporaryDirectory(dir=folder, prefix=".fetching-") as temporary:
        work = Path(temporary)
        options = _prepare(work, mirror(_indexes()))
        _run(["apt-get", "-q", *options, "update"], work)
        _run(["apt-get", "-q", *options, "download", *PACKAGES], work)
        for package in sorted(work.glob("*.deb")):
            _run(["dpkg-deb", "-x", package.name, "root"], work)
        try:
            (work / "root").rename(root)
        except OSError:
            # Another run may have been faster.
            if not root.is_dir():
                raise
    return root


def mirror(indexes: Iterable[str]) -> str:
    """The mirror that has Debian's releases.

    :param indexes: of each index that apt knows, the suite and the mirror's address. A suite with a dash, such as the
        one of security updates, may lie on a mirror that has nothing else.
    :raises NewerDockerError: there is none.
    """
    for suite, _space, address in (line.partition(" ") for line in indexes):
        if address and "-" not in suite:
            return address
    raise NewerDockerError("apt knows no mirror of Debian's", "See its sources: /etc/apt/sources.list.d")


def _indexes() -> list[str]:
    command = ["apt-get", "indextargets", "--no-release-info", "--format", "$(RELEASE) $(REPO_URI)"]
    return _run([*command, "Created-By: Packages"], Path("/")).splitlines()


def _prepare(work: Path, address: str) -> list[str]:
    """Lists and a cache of apt's that are not the machine's.

    :returns: the options that lead apt to them.
    """
    for name in ("lists/partial", "cache/archives/partial"):
        (work / name).mkdir(parents=True)
    source = f"deb [target=Packages signed-by={KEYRING}] {address} {SUITE} main\n"
    (work / "sources.list").write_text(source, encoding="utf-8")
    places = {
        "Dir::Etc::sourcelist": work / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        # What the machine prefers is not asked.
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::State::Lists": work / "lists",
        "Dir::Cache": work / "cache",
        # The folder is the user's own: apt's own user cannot write there.
        "APT::Sandbox::User": "root",
    }
    return [f"-o{name}={value}" for name, value in places.items()]


def _run(command: list[str], folder: Path) -> str:
    if shutil.which(command[0]) is None:
        raise NewerDockerError(f"{command[0]} is not there", "This needs Debian.")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        tail = "\n".join(done.stderr.strip().splitlines()[-6:])
        raise NewerDockerError(f"{' '.join(command)}:\n{tail}")
    return done.stdout
