# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines of a C(.env), sorted: ours, those of others, and those that cannot be read. Pure.

Nothing of a line that is not ours is ever shown but a name that looks like one.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import re
from typing import Collection, List, NamedTuple, Optional, Sequence, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._settings.env_names import examples, meant

_WORD = re.compile(r"[A-Za-z0-9_]+")
_ASSIGNED = re.compile(r"([A-Za-z0-9_]+)\s*=")
_SETS = re.compile(r"\s*(?:export\s+)?([A-Za-z0-9_]+)\s*=")


class EnvError(ValueError):
    """A line makes no sense; the message names file, line and setting, and what is allowed."""


class Line(NamedTuple):
    """One setting of the file, or what cannot be read as one.

    :ivar name: None: it cannot be read.
    :ivar value: None: a name without a value.
    :ivar number: of the line, counted from 1.
    :ivar text: all that was read, which may be several lines where there are quotes. It may hold secrets.
    """

    name: Optional[str]
    value: Optional[str]
    number: int
    text: str = ""


class Sorted(NamedTuple):
    """The lines of a file by whose they are.

    :ivar ours: with a name and a value.
    :ivar others: the names of somebody else, each once.
    :ivar unreadable: numbers of lines.
    """

    ours: Tuple[Line, ...]
    others: Tuple[str, ...]
    unreadable: Tuple[int, ...]


def place(file: str, number: int) -> str:
    """Say where a line is."""
    return f"{file}, line {number}"


def sort(lines: Sequence[Line], ours: Collection[str], file: str) -> Sorted:
    """Sort the lines.

    :param ours: the names that mean something here.
    :raises EnvError: a line is, or holds, one of ours that is mistyped or cannot be read.
    """
    found: List[Line] = []
    others: List[str] = []
    unreadable: List[int] = []
    for line in lines:
        if line.name in ours:
            # A shell's "export NAME" after NAME=value sets nothing more.
            if line.value is not None or all(line.name != earlier.name for earlier in found):
                found.append(_with_value(line, file))
            continue
        _no_line_within(line, ours, file)
        if line.name is None:
            _not_ours(line, ours, file)
            unreadable.append(line.number)
        else:
            _no_slip(line.name, line.number, ours, file)
            others.append(line.name)
    return Sorted(tuple(found), tuple(dict.fromkeys(others)), tuple(unreadable))


def passed_over(lines: Sorted, ours: Collection[str], file: str) -> List[str]:
    """Say what was passed over: one sentence for all names, one for all lines that cannot be read."""
    said = []
    if not lines.ours:
        said.append(f"{file} sets nothing here: it holds none of {', '.join(ours)}")
    if lines.others:
        count, few = len(lines.others), examples(lines.others, ours)
        names = f": {', '.join(few)}" if len(few) == count else f", such as {', '.join(few)}" if few else ""
        said.append(f"{_many(count, 'name is', 'names are')} not for this collection and passed over{names}")
    if lines.unreadable:
        said.append(
            f"{_many(len(lines.unreadable), 'line is', 'lines are')} no NAME=value, and passed over; the first one is "
            f"{place(file, lines.unreadable[0])}"
        )
    return said


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _with_value(line: Line, file: str) -> Line:
    where = place(file, line.number)
    if line.value is None:
        raise EnvError(f"{where}: {line.name} has no value: write {line.name}=value")
    value = line.value.strip()
    if not value.isprintable():
        raise EnvError(
            f"{where}: the value of {line.name} holds a line break or another character that is no text: "
            f"write {line.name}=value on one line, with both quotes or none, and save the file as UTF-8"
        )
    return line._replace(value=value)


def _no_slip(name: str, number: int, ours: Collection[str], file: str) -> None:
    before_colon = name.partition(":")[0]
    if before_colon in ours:
        raise EnvError(f"{place(file, number)}: {before_colon} cannot be read: write {before_colon}=value")
    near = meant(name, ours)
    if near:
        shown = name if name.isprintable() else ascii(name)[1:-1]
        raise EnvError(
            f"{place(file, number)}: {shown} is not a setting that is known. Did you mean {' or '.join(near)}? "
            "Correct the name, or remove the line"
        )


def _not_ours(line: Line, ours: Collection[str], file: str) -> None:
    """A line that cannot be read is passed over only if it is not meant for us."""
    text = line.text.strip().partition("\n")[0]
    # What is behind the first = may be a value; there only an assignment counts.
    words = _WORD.findall(text.partition("=")[0].partition("#")[0])
    named = next((word for word in [*words, *_ASSIGNED.findall(text)] if word in ours), None)
    if named is not None:
        raise EnvError(
            f"{place(file, line.number)}: {named} cannot be read: write {named}=value on a line of its own, with both "
            "quotes or none"
        )
    for word in words:
        _no_slip(word, line.number, ours, file)


def _no_line_within(line: Line, ours: Collection[str], file: str) -> None:
    """A quote that is not closed takes the lines after it with it: ours must not be lost that way."""
    for offset, text in enumerate(line.text.strip().split("\n")[1:], 1):
        sets = _SETS.match(text)
        if sets and (sets[1] in ours or meant(sets[1], ours)):
            raise EnvError(
                f"{place(file, line.number)}: the quotes that begin here still hold line {line.number + offset}, which "
                f"sets {sets[1]}: close them on line {line.number}"
            )
