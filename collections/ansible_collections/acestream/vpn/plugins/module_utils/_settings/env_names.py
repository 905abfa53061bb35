# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of the names in a C(.env) are meant for this collection. Pure.

The file of an orchestrator, of any release, is often that of Gluetun and of other services as well. A name is judged by
its likeness to those that mean something here alone: a list of all the others would be out of date with their next
release.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from typing import Collection, Dict, List, Sequence

#: Checked, and of no effect here: why.
NOTHING_TO_SET: Dict[str, str] = {
    "GLUETUN_HEALTH_CHECK_INTERVAL_S": "a run looks every second while there is something to see",
    "GLUETUN_PORT_CACHE_TTL_S": "the forwarded port is asked for at every look",
}

# A second slip in a short name is as likely another name: VPN_TYPE, of Gluetun, is no VPN_MODE.
_TWO_SLIPS_FROM = 12
# What may be shown of a name that nobody knows. A line of a key, or a password alone on a line, reads as a name, too.
_SHOWN = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_SHOWN_LENGTH = 48


def meant(name: str, ours: Collection[str]) -> List[str]:
    """Say which of our names a name that is none of them was meant to be.

    A slip is a character too many, too few or another one, or two that changed places. One of them is a typing error,
    and in a long name two are; capitals and quotes do not count.

    :returns: those that are nearest, or nothing: it is somebody else's name.
    """
    typed = name.strip("\"'").upper()
    ours = [one for one in ours if _may_be(typed, one)]
    for slips in (0, 1, 2):
        near = [one for one in ours if (slips < 2 or len(one) >= _TWO_SLIPS_FROM) and _within(typed, one, slips)]
        if near:
            return near
    return []


def _may_be(typed: str, wanted: str) -> bool:
    """Look quickly, for a file may have thousands of names: two slips bring in no more than two other characters."""
    if abs(len(typed) - len(wanted)) > 2:
        return False
    return sum((Counter(typed) - Counter(wanted)).values()) <= 2


def _within(typed: str, wanted: str, slips: int) -> bool:
    if abs(len(typed) - len(wanted)) > slips:
        return False
    same = len(os.path.commonprefix([typed, wanted]))
    left, right = typed[same:], wanted[same:]
    if not left or not right or not slips:
        return len(left) + len(right) <= slips
    swapped = len(left) > 1 and left[:2] == right[1::-1]
    return (
        _within(left[1:], right, slips - 1)
        or _within(left, right[1:], slips - 1)
        or _within(left[1:], right[1:], slips - 1)
        or (swapped and _within(left[2:], right[2:], slips - 1))
    )


def examples(names: Sequence[str], ours: Collection[str], most: int = 3) -> List[str]:
    """Choose the few names that are worth showing: those first that begin as one of ours does."""

    def likeness(name: str) -> int:
        return max(len(os.path.commonprefix([name, one])) for one in ours)

    shown = [name for name in names if len(name) <= _SHOWN_LENGTH and _SHOWN.fullmatch(name)]
    return sorted(shown, key=lambda name: (-likeness(name), name))[:most]
