# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""`python -m tools.newer_docker [--image-store containerd] [--oldest-api 1.44] -- COMMAND ...`.

Runs a command where Docker is a newer one: Debian 13's, in namespaces of its own, with the lab's base image and nothing
else. Its exit code is the command's.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from lab import base_image, docker_api
from lab.errors import LabError
from lab.say import say
from tools.newer_docker import cgroups, daemon, packages, requirements
from tools.newer_docker.errors import NewerDockerError
from tools.newer_docker.namespaces import Namespaces

ROOT = Path(__file__).resolve().parents[2]
STATE = ROOT / ".state/newer-docker"
IMAGE_STORES = ("docker", "containerd")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.newer_docker", description=__doc__)
    parser.add_argument("--image-store", choices=IMAGE_STORES, default="docker", help="what keeps the images")
    parser.add_argument(
        "--oldest-api", metavar="VERSION", help="refuse clients with an older one, as Docker 29 does: 1.44"
    )
    parser.add_argument("command", nargs="+", metavar="COMMAND", help="what to run, behind --")
    wanted = parser.parse_args()
    # What ends the program undoes everything, too.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: sys.exit(128 + received))
    os.chdir(ROOT)
    try:
        return run(wanted.command, wanted.image_store, wanted.oldest_api)
    except (NewerDockerError, LabError) as error:
        print(f"newer-docker: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def run(command: list[str], image_store: str, oldest_api: str | None = None) -> int:
    """Run a command there.

    :returns: its exit code.
    :raises NewerDockerError: it cannot be run.
    """
    if reason := requirements.unmet():
        raise NewerDockerError(f"not on this machine: {reason}")
    binaries = packages.unpacked(STATE)
    image = base_image.ensure(docker_api.connect())
    cgroup = f"newer-docker-{image_store}-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}"
    with ExitStack() as stack:
        folder = stack.enter_context(emptied(STATE / image_store, cgroup))
        # What a lab writes of itself is not mixed with that of a lab in the machine's own Docker.
        own, over = folder / "lab", ROOT / ".lab"
        own.mkdir()
        over.mkdir(exist_ok=True)
        namespaces = stack.enter_context(Namespaces(binaries / "usr/bin/tini-static", own, over))
        stack.callback(cgroups.thaw, cgroup)
        config = daemon.configuration(binaries, folder / "data", cgroup, image_store)
        environment = daemon.environment(binaries, oldest_api)
        said = daemon.start(namespaces, environment, config, folder)
        say(f"newer-docker: {said}")
        daemon.load(namespaces, environment, image)
        return namespaces.start(command, environment=environment, stdin=None).wait()


@contextmanager
def emptied(folder: Path, cgroup: str) -> Iterator[Path]:
    """A folder and a control group that are empty at first and gone afterwards, for one run at a time.

    What a run that was killed left behind is removed first.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _remove(folder, cgroup)
        folder.mkdir()
        try:
            yield folder
        finally:
            _remove(folder, cgroup)


def _remove(folder: Path, cgroup: str) -> None:
    # What was killed while a container was paused has left its processes standing still.
    cgroups.thaw(cgroup)
    cgroups.remove(cgroup)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
