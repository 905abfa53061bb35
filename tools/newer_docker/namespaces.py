# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Namespaces in which a second Docker meets nothing of the first: network, mounts, processes.

They end with their first process, and that one ends when this program does, however it ends: the kernel then kills
what runs in them and undoes their mounts, bridges and rules.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from tools.newer_docker.errors import NewerDockerError

_ANSWER = 20.0  # seconds
_END = 60.0
#: Docker's socket has its usual name there, for /run is empty at first. The control groups stay those of the machine:
#: a file system sysfs of their own would hide them. At the end, the first process waits for the end of its input.
_FIRST = """set -e
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock
mount --bind "$1" "$2"
ip link set lo up
echo ready
exec "$3" -- cat
"""


class Namespaces:
    """They are there while the context is.

    :ivar inside: words that run a command in them, in this project's folder.
    """

    def __init__(self, init: Path, own: Path, over: Path) -> None:
        """Hold what they begin with.

        :param init: a program that is fit to be their first process, such as tini.
        :param own: a folder that is seen in them at the place of ``over``.
        """
        self._arguments = [str(own), str(over), str(init)]
        self._started: list[subprocess.Popen[bytes]] = []
        self.inside: list[str] = []

    def __enter__(self) -> Namespaces:
        command = ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "sh", "-c", _FIRST, "sh"]
        self._first = subprocess.Popen(
            [*command, *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C is for the command that runs in them, and for this program, which then ends them.
            start_new_session=True,
        )
        if self._first.stdout is None or self._first.stdout.readline() != b"ready\n":
            self._end()
            raise NewerDockerError("cannot make namespaces", "Run it as root, on a machine of its own.")
        of = f"/proc/{self._first.pid}/ns"
        self.inside = ["nsenter", f"--net={of}/net", f"--mount={of}/mnt", f"--pid={of}/pid_for_children", "--"]
        # Who enters other mounts is at their root.
        self.inside += ["env", f"--chdir={os.getcwd()}"]
        return self

    def __exit__(self, *_error: object) -> None:
        self._end()

    def start(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        stdin: IO[bytes] | int | None = subprocess.DEVNULL,
        output: IO[bytes] | None = None,
        new_session: bool = False,
    ) -> subprocess.Popen[bytes]:
        """Start a command in them and do not wait.

        :param stdin: what it reads; None for what this program reads.
        :param output: where both its outputs go; to this program's unless it is given.
        :param new_session: it does not get the terminal's Ctrl-C.
        """
        process = subprocess.Popen(
            [*self.inside, *command],
            env=environment,
            stdin=stdin,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            start_new_session=new_session,
        )
        self._started.append(process)
        return process

    def ask(self, command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> str | None:
        """What a command prints in them; None if it fails, or takes longer than a daemon that is well."""
        try:
            done = subprocess.run(
                [*self.inside, *command],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=_ANSWER,
                text=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None
        return None if done.returncode else done.stdout

    def _end(self) -> None:
        """Let the first process end, and with it all others."""
        assert self._first.stdin is not None
        self._first.stdin.close()
        for process in (self._first, *self._started):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_END)
