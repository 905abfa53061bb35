# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbook runs that need not load Ansible: one process has loaded it, and forks for each run.

A run is what the program ansible-playbook would do: its own process in a session of its own, with its own folder,
environment, output, settings on the command line and temporary files. Two things are saved. Python's modules are loaded
once, and what Ansible has packed once to send a module of ours is kept for the runs that follow. Some runs of each
playbook use the program itself nevertheless: see C(Lab.run).
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[3]
_LARGEST = 1 << 20


class Preloaded:
    """The process that has loaded Ansible. It ends with this one, or when it is closed."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.lab.e2e.preloaded", str(theirs.fileno())],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._socket = ours

    def start(self, words: Sequence[str], environment: Mapping[str, str], output: IO[str] | int) -> Started:
        """Start ansible-playbook with these words, the program's path first, and do not wait.

        :param output: where it and its errors go, or C(subprocess.PIPE).
        """
        read, write = os.pipe() if output == subprocess.PIPE else (None, None)
        told, tell = os.pipe()
        request = json.dumps({"words": list(words), "folder": str(ROOT), "environment": dict(environment)})
        try:
            descriptors = [write if write is not None else output.fileno(), tell]
            socket.send_fds(self._socket, [request.encode()], descriptors)
        finally:
            os.close(tell)
            if write is not None:
                os.close(write)
        return Started(list(words), told, read)

    def close(self) -> None:
        """End it. Runs that are under way go on."""
        self._socket.close()
        self._process.wait(30)


class Started:
    """A run that was started; it has what the tests use of C(subprocess.Popen).

    :ivar pid: of the process, which leads its own process group.
    :ivar returncode: None as long as it is not known to have ended.
    """

    def __init__(self, args: list[str], told: int, output: int | None) -> None:
        self.args = args
        self.returncode: int | None = None
        self._told = os.fdopen(told, "rb", buffering=0)
        self._text = ""
        self._reader: threading.Thread | None = None
        if output is not None:
            self._reader = threading.Thread(target=self._read, args=(output,), daemon=True)
            self._reader.start()
        self.pid = int(self._line(60.0) or 0)
        assert self.pid, "Ansible could not be loaded"

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(self.args, timeout)
        return code

    def communicate(self, timeout: float | None = None) -> tuple[str, None]:
        deadline = None if timeout is None else time.monotonic() + timeout
        self.wait(timeout)
        if self._reader is not None:
            self._reader.join(None if deadline is None else max(deadline - time.monotonic(), 1.0))
            if self._reader.is_alive():
                raise subprocess.TimeoutExpired(self.args, timeout, self._text)
        return self._text, None

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def _read(self, output: int) -> None:
        with os.fdopen(output, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                self._text += line

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            line = self._line(timeout)
            if line is not None:
                # The process that has Ansible loaded ended before the run did.
                assert line, "nobody knows how the run ended"
                self.returncode = int(line)
                self._told.close()
        return self.returncode

    def _line(self, timeout: float | None) -> bytes | None:
        """What is told next, or nothing where the one who tells is gone; None if it does not come in time."""
        if not select.select([self._told], [], [], timeout)[0]:
            return None
        line = b""
        while byte := self._told.read(1):
            if byte == b"\n":
                break
            line += byte
        return line


def serve(requests: socket.socket) -> None:
    """Load Ansible and fork for each request, until nobody can ask any more."""
    # Its settings are read here, and are those of ROOT and of this process's environment.
    from ansible.cli.playbook import PlaybookCLI

    poll = select.poll()
    poll.register(requests, select.POLLIN)
    #: By the descriptor that becomes readable when a run ends: its process, and where that is told.
    under_way: dict[int, tuple[int, int]] = {}
    while True:
        for descriptor, _event in poll.poll():
            if descriptor == requests.fileno():
                message, received, _flags, _address = socket.recv_fds(requests, _LARGEST, 2)
                if not message:
                    return
                output, tell = received
                process = os.fork()
                if process == 0:
                    requests.close()
                    for watched, (_process, other) in under_way.items():
                        os.close(watched)
                        os.close(other)
                    _become(json.loads(message), output, tell)
                    PlaybookCLI.cli_executor(sys.argv)
                    raise AssertionError("it ends the process")
                os.close(output)
                watched = os.pidfd_open(process)
                under_way[watched] = process, tell
                poll.register(watched, select.POLLIN)
            else:
                process, tell = under_way.pop(descriptor)
                poll.unregister(descriptor)
                _process, status = os.waitpid(process, 0)
                # Nobody may be interested any more.
                with contextlib.suppress(BrokenPipeError):
                    os.write(tell, f"{os.waitstatus_to_exitcode(status)}\n".encode())
                os.close(descriptor)
                os.close(tell)


def _become(request: dict[str, Any], output: int, tell: int) -> None:
    """Be the process of a run, as if it had just been started, and tell its number."""
    os.setsid()
    os.write(tell, f"{os.getpid()}\n".encode())
    os.close(tell)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = request["words"]
    _own_temporary_files()


def _own_temporary_files() -> None:
    """A folder for them that goes with this process. Modules that other runs have packed are in it already.

    What is packed depends on the modules alone. Only whole files are shared: Ansible writes them under another name.
    """
    import atexit

    from ansible import constants
    from ansible.config import manager

    shared = Path(constants.DEFAULT_LOCAL_TMP, "ansiballz_cache")
    atexit.unregister(manager.cleanup_tmp_file)
    beside = shared.parent.parent
    constants.DEFAULT_LOCAL_TMP = tempfile.mkdtemp(prefix=f"ansible-local-{os.getpid()}", dir=beside)
    atexit.register(manager.cleanup_tmp_file, constants.DEFAULT_LOCAL_TMP, warn=True)
    own = Path(constants.DEFAULT_LOCAL_TMP, "ansiballz_cache")
    _share(shared, own)
    # Before the folder is removed: what was registered last is called first.
    atexit.register(_share, own, shared)


def _share(source: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    if source.is_dir():
        for path in source.iterdir():
            if path.suffix != ".lock" and not path.name.endswith("-part"):
                # Another run may have brought it meanwhile.
                with contextlib.suppress(FileExistsError):
                    os.link(path, target / path.name)


if __name__ == "__main__":
    # Its own output goes nowhere; its errors go where those of the tests go.
    with socket.socket(fileno=int(sys.argv[1])) as asked:
        sys.argv = ["ansible-playbook"]
        serve(asked)
