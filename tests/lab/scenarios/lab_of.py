# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names, records and addresses of a scenario's lab, for its tests."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


class LabOf:
    """What a scenario's tests look at."""

    def __init__(self, prefix: str, engines: int = 3) -> None:
        self.prefix = prefix
        self.folder = ROOT / ".lab" / prefix
        self.gluetun = f"{prefix}-gluetun1"
        self.engines = [f"{prefix}-engine{number}" for number in range(1, engines + 1)]

    def inspect(self, name: str) -> dict:
        shown = subprocess.run(["docker", "inspect", name], capture_output=True, text=True, check=True).stdout
        return json.loads(shown)[0]

    def journal(self) -> list[dict]:
        return [json.loads(line) for line in self._read("state/journal.jsonl").splitlines()]

    def messages(self) -> list[str]:
        return [f"{line['level']}: {line['message']}" for line in self.journal()]

    def shown(self) -> list[str]:
        return sorted(engine["container_name"] for engine in json.loads(self._read("state/engines.json")))

    def player(self) -> dict:
        return json.loads(self._read("player.json"))

    def _read(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")


def engine_url(prefix: str, number: int = 1) -> str:
    """Where an engine is reached: at its gluetun's own address."""
    lab = LabOf(prefix)
    labels = lab.inspect(f"{prefix}-engine{number}")["Config"]["Labels"]
    network = next(iter(lab.inspect(labels["acestream.vpn_container"])["NetworkSettings"]["Networks"].values()))
    return f"http://{network['IPAddress']}:{labels['acestream.http_port']}"
