# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the program that started this one is still there to hear its answer, and whether another one is.

A module whose C(ansible-playbook) was killed goes on by itself, and nobody would carry out what it finds.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import os
from typing import List, Tuple

#: No chain of processes is longer.
_MANY = 64


def this_process() -> str:
    """This process, told from every other one since the boot by its start, and those that it was started by."""
    mine = os.getpid()
    return " ".join([str(mine), _stat(mine)[1], *map(str, _ancestors(mine))])


def is_waited_for(process: str) -> bool:
    """Whether a process of C(this_process) is still there, and those that it was started by as well.

    Seen from another machine than its own, it is not.
    """
    number, _space, rest = process.partition(" ")
    started, _space, ancestors = rest.partition(" ")
    if not number.isdigit() or not started or _stat(int(number))[1] != started:
        return False
    return " ".join(map(str, _ancestors(int(number)))) == ancestors


def _ancestors(process: int) -> List[int]:
    """The one that started it, the one that started that, and so on. Whose parent has ended has another one."""
    found: List[int] = []
    parent = _stat(process)[0]
    while parent > 1 and len(found) < _MANY:
        found.append(parent)
        parent = _stat(parent)[0]
    return found


def _stat(process: int) -> Tuple[int, str]:
    """Parent and start of a process; 0 and nothing: it is not there."""
    try:
        with open(f"/proc/{process}/stat", encoding="utf-8", errors="replace") as handle:
            # The name of the program is in brackets, and may hold anything.
            words = handle.read().rpartition(")")[2].split()
        return int(words[1]), words[19]
    except (OSError, ValueError, IndexError):
        return 0, ""
