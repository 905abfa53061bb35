# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ladder: when the next, stronger attempt is due. Pure arithmetic on times.

Deadlines depend on nothing but when the trouble began and what time it is, so
two runs, or the same run started twice, always agree on them.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Iterable, Iterator, Optional


def deadlines(began: float, first: float, interval: float, longest: float) -> Iterator[float]:
    """Yield when attempts are due: ``began + first``, then waits of interval, twice that, ... up to longest."""
    at = began + first
    wait = interval
    while True:
        yield at
        at += min(wait, longest)
        wait *= 2


def due(times: Iterator[float], now: float) -> Optional[float]:
    """The latest deadline that has passed; None: the first is still to come."""
    latest = None
    for at in times:
        if at > now:
            return latest
        latest = at
    return latest


def upcoming(times: Iterator[float], now: float) -> float:
    """The first deadline that is still to come."""
    for at in times:
        if at > now:
            return at
    raise AssertionError("deadlines never end")


def spent(attempts: Iterable[float], now: float, window: float) -> int:
    """How many attempts of the last ``window`` seconds count against a budget."""
    return sum(1 for at in attempts if at >= now - window)
