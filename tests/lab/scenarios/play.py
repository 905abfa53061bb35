# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Play a stream from a lab's first engine and keep a record of it: `python -m tests.lab.scenarios.play PREFIX`."""

from __future__ import annotations

import json
import sys
import time

from lab.client import Player
from tests.lab.scenarios.lab_of import LabOf, engine_url

#: Longer than any scenario takes, seconds.
_AT_MOST = 280.0


def play(prefix: str) -> None:
    record = LabOf(prefix).folder / "player.json"
    deadline = time.monotonic() + _AT_MOST
    with Player(engine_url(prefix)) as player:
        while time.monotonic() < deadline:
            text = json.dumps({"bytes": player.count.bytes, "disconnects": player.count.disconnects, "at": time.time()})
            temporary = record.with_suffix(".new")
            temporary.write_text(text, encoding="utf-8")
            temporary.rename(record)
            time.sleep(0.5)


if __name__ == "__main__":
    play(sys.argv[1])
