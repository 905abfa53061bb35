# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection's exporter, run over one lab from the files that its role installs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import requests
import yaml

from lab import files
from lab.errors import LabError
from lab.wait import wait_for

ROOT = Path(__file__).resolve().parents[1]
COLLECTION = ROOT / "collections/ansible_collections/acestream/vpn"
FILES = COLLECTION / "roles/exporter/files"
_LISTENING = re.compile(r"listening on (\S+):([0-9]+)")
_START = 20.0
PROGRAM = ("-m", "acestream_vpn_exporter")


class Exporter:
    """A running exporter. Use it as a context manager.

    :ivar url: where it listens.
    :ivar lines: its log so far.
    """

    def __init__(
        self, prefix: str, program: Sequence[str] = PROGRAM, host: dict[str, Any] | None = None, **settings: Any
    ) -> None:
        """Write its configuration.

        :param program: what the interpreter is told to run.
        :param host: options of a look that differ from the lab's.
        :param settings: of its configuration; the port is one that is free unless it is given.
        """
        self._config = files.folder(prefix) / "exporter.json"
        self._program = program
        document = configuration(prefix, settings)
        document["host"].update(host or {})
        files.write(self._config, json.dumps(document, indent=1) + "\n")
        self.lines: list[str] = []
        self.url = ""
        self._scheme = "https" if "tls_key" in settings else "http"

    def __enter__(self) -> Exporter:
        path = os.pathsep.join((str(FILES), str(ROOT / "collections")))
        self.process = subprocess.Popen(
            [sys.executable, *self._program, "--config", str(self._config)],
            env={**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        wait_for(lambda: self.url or self.process.poll() is not None, _START, every=0.02)
        if not self.url:
            self.process.kill()
            self._reader.join(1)
            raise LabError("the exporter does not listen: " + " ".join(self.lines), "See its configuration.")
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def shown(self) -> list[str]:
        """Names of the engines that it lists, in order; none before its first look."""
        answer = requests.get(self.url + "/engines", timeout=10)
        return sorted(engine["container_name"] for engine in answer.json()) if answer.ok else []

    def stop(self, timeout: float = 15.0) -> int:
        """Tell it to stop.

        :returns: its exit code.
        """
        if self.process.poll() is None:
            self.process.terminate()
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self._reader.join(5)
        return code

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.lines.append(line.rstrip())
            found = _LISTENING.search(line)
            if found:
                self.url = f"{self._scheme}://{found[1]}:{found[2]}"


def configuration(prefix: str, settings: dict[str, Any]) -> dict[str, Any]:
    """What the role writes for this lab: its inventory over the defaults of the role recovery."""
    defaults = _yaml(COLLECTION / "roles/recovery/defaults/main.yml")
    values = {**defaults, **_yaml(files.folder(prefix) / "inventory.yml")["vpn_hosts"]["hosts"]["lab"]}
    host = {
        name: values["recovery_" + name] for name in _yaml(COLLECTION / "roles/exporter/vars/main.yml")["exporter_host"]
    }
    # Its default is an expression.
    host.update(docker_host="unix:///var/run/docker.sock", timeout=10, pool_label="ondemand.app=myservice")
    return {"host": host, "policy": {}, "port": 0, **settings}


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
