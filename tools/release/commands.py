# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running programs: git with what the user has set, Ansible's with nothing of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.release.refusal import Refused

#: Where the programs of this environment lie.
PROGRAMS = Path(sys.executable).parent
#: A program that takes longer hangs, seconds.
_LONGEST = 600
_ENDING = frozenset({signal.SIGINT, signal.SIGTERM})
#: What of the caller's environment would lead Ansible or Python to other files than those that are released.
_LEADS_ASTRAY = ("ANSIBLE_", "GALAXY_IMPORTER_", "PYTHONPATH", "PYTHONHOME")


def run(*command: str, cwd: Path, env: dict[str, str] | None = None, apart: bool = False) -> str:
    """Run a program to its end.

    :param env: its whole environment; the caller's if None.
    :param apart: it has no terminal, and if it is given up, so are the programs that it has started.
    :return: what it wrote to standard output.
    :raises Refused: it is missing, failed or took longer than 10 minutes; the message ends with what it wrote last.
    """
    try:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=apart,
        )
    except FileNotFoundError:
        raise Refused(f"{Path(command[0]).name} is not installed: call tools/setup release") from None
    with process:
        try:
            output, errors = process.communicate(timeout=_LONGEST)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL) if apart else process.kill()
            if isinstance(error, subprocess.TimeoutExpired):
                message = f"'{_words(command)}' had not ended after {_LONGEST} s: run it by hand and see why"
                raise Refused(message) from None
            raise
    if process.returncode:
        raise Refused(f"'{_words(command)}' failed: {_end(output + errors)}")
    return output


@contextmanager
def undisturbed() -> Iterator[None]:
    """Who ends this program (Ctrl-C, SIGTERM) waits until the block has ended: it is all done, or not begun.

    The programs that are run in the block wait as well, for they inherit what is blocked. That holds back what this
    thread would hear; what another thread hears is written down.
    """
    heard: list[int] = []
    handlers = {number: signal.signal(number, lambda got, _frame: heard.append(got)) for number in _ENDING}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for number in heard[:1]:
            signal.raise_signal(number)


@dataclass(frozen=True)
class Workshop:
    """An empty folder in which Ansible's programs find nothing but what is put there.

    :ivar folder: its configuration, its temporary files and the collections that are installed in it.
    """

    folder: Path

    @property
    def collections(self) -> Path:
        return self.folder / "collections"

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of its programs: no collection, configuration or plugin of the caller's."""
        config = self.folder / "ansible.cfg"
        config.touch()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_LEADS_ASTRAY)}
        return {
            **kept,
            "PATH": f"{PROGRAMS}:{kept.get('PATH', os.defpath)}",
            "ANSIBLE_CONFIG": str(config),
            "ANSIBLE_HOME": str(self.folder / "home"),
            "ANSIBLE_COLLECTIONS_PATH": str(self.collections),
            "ANSIBLE_NOCOLOR": "1",
            **more,
        }

    def run(self, program: str, *words: str, cwd: Path | None = None, **more: str) -> str:
        """Run one of the programs beside this Python in it. See :func:`run`."""
        return run(str(PROGRAMS / program), *words, cwd=cwd or self.folder, env=self.environment(**more), apart=True)


def _words(command: tuple[str, ...]) -> str:
    return " ".join([Path(command[0]).name, *command[1:3]])


def _end(output: str) -> str:
    """The last lines that say something, as one."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return " | ".join(lines[-4:]) or "it said nothing"
