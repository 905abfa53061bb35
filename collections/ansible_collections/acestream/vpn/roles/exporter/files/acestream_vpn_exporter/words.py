# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Times and durations as the status page writes them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime


def clock(at: float, now: float) -> str:
    """C(18:32:27 UTC), with the date in front where it is not today's."""
    moment = datetime.fromtimestamp(at, tz=UTC)
    same_day = moment.date() == datetime.fromtimestamp(now, tz=UTC).date()
    return moment.strftime("%H:%M:%S UTC" if same_day else "%Y-%m-%d %H:%M:%S UTC")


def duration(seconds: float) -> str:
    """The two largest units: C(12 s), C(3 min 5 s), C(2 h 10 min), C(4 d 1 h). A negative one is C(0 s)."""
    whole = max(0, int(seconds))
    for unit, size, smaller, part in (("d", 86400, "h", 3600), ("h", 3600, "min", 60), ("min", 60, "s", 1)):
        if whole >= size:
            rest = whole % size // part
            return f"{whole // size} {unit}" + (f" {rest} {smaller}" if rest else "")
    return f"{whole} s"


def listed(names: Sequence[str], most: int = 4) -> str:
    """C(a, b and c), and of a long list the first: C(a, b, c, d and 96 more)."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def count(number: int, noun: str) -> str:
    """C(1 engine), C(2 engines)."""
    return f"{number} {noun}" + ("" if number == 1 else "s")
