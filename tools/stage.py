# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a stage of the checks is, and how it is run."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / ".state/logs"

#: Hundreds of programs import the same files: what Python has compiled is kept, also where containers and CI images
#: have it forget that.
_KEPT = {"PYTHONDONTWRITEBYTECODE": ""}


class Level(IntEnum):
    """How much is run. Each level has every stage of the one before it, and may run more of it."""

    QUICK = 1
    TEST = 2
    ALL = 3

    @property
    def command(self) -> str:
        """What a person calls."""
        return {Level.QUICK: "make quick", Level.TEST: "make test", Level.ALL: "make test-all"}[self]


@dataclass(frozen=True)
class Done:
    """What came of a stage.

    :ivar computed: processor time of its processes, seconds; what a daemon such as Docker's did for them is not in it.
    """

    code: int
    output: str
    computed: float


@dataclass(frozen=True)
class Stage:
    """Commands that are run one after the other; the stage fails with the first that fails.

    :ivar level: the first level that runs it.
    :ivar docker: it needs Docker. Such stages run one after the other, and beside each other only when nothing else is
        left to run.
    :ivar alone: nothing else that needs Docker may run meanwhile. Such stages come first.
    """

    name: str
    what: str
    commands: tuple[tuple[str, ...], ...]
    level: Level = Level.TEST
    docker: bool = False
    alone: bool = False
    folder: Path = ROOT

    @property
    def log(self) -> str:
        return str((LOGS / f"{self.name}.log").relative_to(ROOT))

    @property
    def programs(self) -> list[str]:
        """Its commands in short, each once, such as C(.venv reuse)."""
        return list(dict.fromkeys(_short(command) for command in self.commands))

    def run(self) -> Done:
        """Run it. The output is kept in a log as well."""
        LOGS.mkdir(parents=True, exist_ok=True)
        output, code, computed = "", 0, 0.0
        for command in self.commands:
            with subprocess.Popen(
                command,
                cwd=self.folder,
                env={**os.environ, **_KEPT, "PATH": f"{Path(command[0]).parent}:{os.environ['PATH']}"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            ) as process:
                output += f"$ {' '.join(command)}\n{process.stdout.read()}\n"
                _pid, status, usage = os.wait4(process.pid, 0)
                code = process.returncode = os.waitstatus_to_exitcode(status)
            computed += usage.ru_utime + usage.ru_stime
            if code:
                break
        (ROOT / self.log).write_text(output, encoding="utf-8")
        return Done(code, output, computed)


def _short(command: tuple[str, ...]) -> str:
    program, *words = command
    environment = Path(program).parent.parent.name
    named = words[1] if words[:1] == ["-m"] else " ".join([Path(program).name, *words[:1]])
    return f"{environment} {named}"
