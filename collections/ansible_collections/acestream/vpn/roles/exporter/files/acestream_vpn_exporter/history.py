# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the status page tells of the past: the journal, read once when somebody first asks, and followed from there."""

from __future__ import annotations

from collections import deque
from typing import Any

from acestream_vpn_exporter.journal import Entry, Journal, Position
from acestream_vpn_exporter.outages import BEGINS, ENDS

#: How far back the time line goes, seconds.
WINDOW = 86400.0
#: How many of the journal's lines are shown.
LINES = 20


class History:
    """The journal's last lines, and the outages of the last 24 hours.

    :ivar lines: the newest lines as documents, oldest first.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._position: Position | None = None
        self._first: dict[str, float] = {}
        self._marks: dict[str, list[dict[str, Any]]] = {}
        self.lines: deque[dict[str, Any]] = deque(maxlen=LINES)

    def follow(self) -> None:
        """Read what is new. The first call reads all there is, which may take a second for a long journal."""
        position = self._journal.start() if self._position is None else self._position
        while entries := self._journal.since(position):
            for entry in entries:
                self._add(entry)
            position = entries[-1].position
        self._position = position

    def outages(self, vpn: str, since: float) -> list[dict[str, Any]]:
        """The lines that begin or end an outage of a VPN, oldest first; those before C(since) are forgotten."""
        marks = self._marks.get(vpn, [])
        # Of what lies before, the last line tells whether an outage was under way.
        kept = next((place for place, line in enumerate(marks) if line["at"] >= since), len(marks))
        del marks[: max(0, kept - 1)]
        return list(marks)

    def first(self, vpn: str) -> float | None:
        """When the journal first has anything to say of a VPN, epoch seconds; None: it has nothing."""
        return self._first.get(vpn)

    def _add(self, entry: Entry) -> None:
        line = entry.document
        self.lines.append(line)
        vpn, at = line.get("vpn"), line.get("at")
        if not isinstance(vpn, str) or not isinstance(at, (int, float)):
            return
        self._first[vpn] = min(at, self._first.get(vpn, at))
        if line.get("kind") in (*BEGINS, ENDS):
            self._marks.setdefault(vpn, []).append(line)
