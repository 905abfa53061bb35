# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real ansible-rulebook with the collection's rulebooks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from lab.errors import LabError
from lab.wait import wait_for

ROOT = Path(__file__).resolve().parents[1]
#: What of the collection ansible-rulebook reads.
EXTENSION = ROOT / "collections/ansible_collections/acestream/vpn/extensions/eda"
_START = 90.0


class Rulebook:
    """A running ansible-rulebook. Use it as a context manager.

    :param rulebook: its name in the collection, or a path.
    :param variables: what C(--vars) gives.
    :param collections: a folder with C(ansible_collections), by default this checkout's.
    :param environment: variables beside those that it needs.
    :param options: further words of its command line.
    :ivar lines: its output so far.
    """

    def __init__(
        self,
        rulebook: str,
        folder: Path,
        variables: dict[str, Any],
        inventory: Path,
        collections: Path | None = None,
        environment: dict[str, str] | None = None,
        options: tuple[str, ...] = (),
    ) -> None:
        self.lines: list[str] = []
        (folder / "vars.yml").write_text(yaml.safe_dump(variables), encoding="utf-8")
        (folder / "vars.yml").chmod(0o600)
        program = Path(sys.executable).with_name("ansible-rulebook")
        self._command = [str(program), "--rulebook", rulebook, "--vars", str(folder / "vars.yml")]
        self._command += ["--inventory", str(inventory), *options]
        own = {
            "PATH": f"{program.parent}:{os.environ['PATH']}",
            "ANSIBLE_COLLECTIONS_PATH": str(collections or ROOT / "collections"),
            "ANSIBLE_HOME": str(folder / "home"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_NOCOLOR": "true",
            "PYTHONUNBUFFERED": "1",
        }
        self._environment = {**os.environ, **own, **(environment or {})}
        self._folder = folder

    def __enter__(self) -> Rulebook:
        self.process = subprocess.Popen(
            self._command,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End it, and what it has started."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, number)
                self.process.wait(10)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        self._reader.join(5)

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def until(self, condition: Callable[[], object], what: str, timeout: float = _START) -> None:
        """Wait for a condition while it runs.

        :raises LabError: it ended, or time was up; with what was waited for and what it said.
        """
        wait_for(lambda: condition() or self.process.poll() is not None, timeout, every=0.05)
        if not condition():
            why = f"not within {timeout} s" if self.process.poll() is None else "it ended"
            raise LabError(f"ansible-rulebook, {what}: {why}\n{self.output}")

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.lines.append(line.rstrip())
