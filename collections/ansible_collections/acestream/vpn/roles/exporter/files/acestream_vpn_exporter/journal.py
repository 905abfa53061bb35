# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Follows the journal, which both the exporter and the recovery run write: one entry for each transition.

An entry's id is C(<journal>-<offset behind it>), so that a client can resume where it was, also when the exporter was
restarted or the journal was set aside as C(.1) meanwhile. A journal is known by its inode and its first line: a file
system gives the inode of one that is gone to the next.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import zlib
from dataclasses import dataclass
from typing import Any

_ID = re.compile(r"([0-9a-f]{1,40})-([0-9]{1,20})")
#: Bytes that are read at once; longer stretches are read in parts. A line is much shorter.
_PART = 32 * 1024
#: How far back the newest lines are looked for, bytes.
_TAIL = 256 * 1024
#: As much of a journal's first line as it is known by, bytes.
_HEAD = 512


@dataclass(frozen=True)
class Position:
    """A place in a journal, behind one of its lines; with no journal: before the first line of the next one."""

    journal: str
    offset: int

    def __str__(self) -> str:
        return f"{self.journal or '0'}-{self.offset}"


@dataclass(frozen=True)
class Entry:
    """One line of the journal, and the position behind it."""

    position: Position
    text: str
    document: dict[str, Any]


class Journal:
    """C(journal.jsonl) of a state directory, and the one before it. Used by one thread."""

    def __init__(self, directory: str) -> None:
        self._path = os.path.join(directory, "journal.jsonl")
        self._open: list[_File] = []

    def end(self) -> Position:
        """Where the next entry will be."""
        _before, current = self._files()
        return Position("", 0) if current is None else Position(current.name, current.size)

    def start(self) -> Position:
        """Before the oldest entry that is kept."""
        before, current = self._files()
        oldest = before or current
        return Position("", 0) if oldest is None else Position(oldest.name, 0)

    def parse(self, text: str | None) -> Position | None:
        """A position from an id; None: it is not one, or one of a journal that is gone."""
        match = _ID.fullmatch(text or "")
        if match is None:
            return None
        position = Position(match[1], int(match[2]))
        return position if self.knows(position) else None

    def knows(self, position: Position) -> bool:
        """Whether all that follows a position is still there; not so once the journal was set aside twice."""
        kept = [file for file in self._files() if file is not None]
        return not position.journal or any(file.holds(position) for file in kept)

    def since(self, position: Position) -> list[Entry]:
        """The entries behind a position, oldest first; perhaps not all of them: ask again from the last one."""
        before, current = self._files()
        if before is not None and before.name == position.journal:
            entries = before.entries(position.offset)
            if entries:
                return entries
        if current is None:
            return []
        return current.entries(position.offset if current.name == position.journal else 0)

    def last(self, count: int) -> list[Entry]:
        """The newest entries, oldest first."""
        _before, current = self._files()
        found: list[Entry] = []
        place = Position("", 0) if current is None else Position(current.name, max(0, current.size - _TAIL))
        while current is not None and (entries := current.entries(place.offset)):
            found, place = (found + entries)[-count:], entries[-1].position
        return found

    def _files(self) -> tuple[_File | None, _File | None]:
        """The one that was set aside and the present one. Both are kept open, so that nobody else gets their inodes."""
        found = [self._file(self._path + ".1"), self._file(self._path)]
        for file in self._open:
            if file not in found:
                file.close()
        self._open = [file for file in found if file is not None]
        return found[0], found[1]

    def _file(self, path: str) -> _File | None:
        """None: there is none, or it has no line yet."""
        with contextlib.suppress(OSError):
            status = os.stat(path)
            for file in self._open:
                # One that has become shorter was emptied, and is another journal now.
                if file.inode == status.st_ino and file.size <= status.st_size:
                    file.size = status.st_size
                    return file
            return _File.open(path)
        return None


class _File:
    """One journal, open."""

    def __init__(self, descriptor: int, inode: int, size: int, name: str) -> None:
        self._descriptor = descriptor
        self.inode = inode
        self.size = size
        self.name = name

    @classmethod
    def open(cls, path: str) -> _File | None:
        """:raises OSError: there is none that could be read."""
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        status = os.fstat(descriptor)
        head, end, _rest = os.pread(descriptor, _HEAD, 0).partition(b"\n")
        if not end and len(head) < _HEAD:
            os.close(descriptor)
            return None
        return cls(descriptor, status.st_ino, status.st_size, f"{status.st_ino:x}{zlib.crc32(head):08x}")

    def close(self) -> None:
        os.close(self._descriptor)

    def holds(self, position: Position) -> bool:
        """Whether it is a place in this journal, behind one of its lines."""
        if position.journal != self.name or position.offset > self.size:
            return False
        return position.offset == 0 or os.pread(self._descriptor, 1, position.offset - 1) == b"\n"

    def entries(self, offset: int) -> list[Entry]:
        """What is behind a place, as far as it is read at once. Lines that are none are left out."""
        found: list[Entry] = []
        while not found and offset < self.size:
            part = os.pread(self._descriptor, _PART, offset)
            whole = part[: part.rfind(b"\n") + 1]
            if not whole:
                # A line that is being written, or, if it is longer than a part, none of ours.
                if len(part) < _PART:
                    break
                whole = part
            for line in whole.splitlines(keepends=True):
                offset += len(line)
                document = _parse(line)
                if document is not None:
                    found.append(Entry(Position(self.name, offset), line.decode("utf-8").strip(), document))
        return found


def _parse(line: bytes) -> dict[str, Any] | None:
    """None for a torn line, and for the end of one that a position in its middle gave."""
    try:
        document = json.loads(line)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None
