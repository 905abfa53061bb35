# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Follows the journal, which both the exporter and the recovery run write: one entry for each transition.

An entry's id is C(<inode>-<offset behind it>), so that a client can resume where it was, also when the exporter was
restarted or the journal was set aside as C(.1) meanwhile.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from typing import Any

_ID = re.compile(r"([0-9]{1,20})-([0-9]{1,20})")
#: Bytes that are read at once; longer stretches are read in parts.
_PART = 256 * 1024


@dataclass(frozen=True)
class Position:
    """A place in the journal, behind one of its lines."""

    inode: int
    offset: int

    def __str__(self) -> str:
        return f"{self.inode}-{self.offset}"


@dataclass(frozen=True)
class Entry:
    """One line of the journal, and the position behind it."""

    position: Position
    text: str
    document: dict[str, Any]


class Journal:
    """C(journal.jsonl) of a state directory, and the one before it."""

    def __init__(self, directory: str) -> None:
        self._path = os.path.join(directory, "journal.jsonl")

    def end(self) -> Position:
        """Where the next entry will be."""
        found = _stat(self._path)
        return Position(0, 0) if found is None else Position(found.st_ino, found.st_size)

    def parse(self, text: str | None) -> Position | None:
        """A position from an id; None: it is not one, or one of a journal that is gone."""
        match = _ID.fullmatch(text or "")
        if match is None:
            return None
        position = Position(int(match[1]), int(match[2]))
        for path in (self._path, self._path + ".1"):
            found = _stat(path)
            if found is not None and found.st_ino == position.inode and position.offset <= found.st_size:
                return position
        return None

    def since(self, position: Position) -> list[Entry]:
        """The entries behind a position, oldest first; perhaps not all of them: ask again from the last one."""
        current, before = _stat(self._path), _stat(self._path + ".1")
        entries: list[Entry] = []
        if current is None:
            return entries
        if position.inode != current.st_ino:
            if before is not None and position.inode == before.st_ino and position.offset < before.st_size:
                entries = _read(self._path + ".1", position)
            position = Position(current.st_ino, 0)
        if not entries and position.offset < current.st_size:
            entries = _read(self._path, position)
        return entries

    def last(self, count: int) -> list[Entry]:
        """The newest entries, oldest first."""
        end = self.end()
        entries = _read(self._path, Position(end.inode, max(0, end.offset - _PART))) if end.offset else []
        return entries[-count:]


def _read(path: str, position: Position) -> list[Entry]:
    entries = []
    try:
        with open(path, "rb") as handle:
            if os.fstat(handle.fileno()).st_ino != position.inode:
                return []
            handle.seek(position.offset)
            text = handle.read(_PART)
    except OSError:
        return []
    offset = position.offset
    for line in text.splitlines(keepends=True):
        if not line.endswith(b"\n"):
            break
        offset += len(line)
        document = _parse(line)
        if document is not None:
            entries.append(Entry(Position(position.inode, offset), line.decode("utf-8").strip(), document))
    return entries


def _parse(line: bytes) -> dict[str, Any] | None:
    """None for a torn line, and for the end of one that a position in its middle gave."""
    try:
        document = json.loads(line)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except OSError:
        return None
