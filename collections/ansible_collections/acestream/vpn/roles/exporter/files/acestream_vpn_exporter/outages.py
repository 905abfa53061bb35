# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time line of one VPN: when it worked, when it did not, and when nobody knows. Pure.

It is made from the journal, which has a line for the beginning and the end of each outage, and from the memory, which
knows of the one under way. What the journal does not say is never taken for an outage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard

#: Kinds of journal lines that begin an outage, and the one that ends it.
BEGINS = ("gluetun_unhealthy", "gluetun_stopped")
ENDS = "gluetun_healthy"

#: Kinds of spans.
UP, OUTAGE, UNKNOWN = "up", "outage", "unknown"


@dataclass(frozen=True)
class Span:
    """A stretch of the time line. Times are epoch seconds on the Docker host's clock.

    :ivar kind: C(up): no outage is recorded; C(outage); C(unknown): there is no record.
    :ivar why: what the journal gave as the outage's cause; empty: nothing.
    :ivar earlier: it is an outage that began before the window.
    """

    kind: str
    began: float
    ended: float
    why: str = ""
    earlier: bool = False

    @property
    def seconds(self) -> float:
        return self.ended - self.began


def timeline(
    lines: Iterable[dict[str, Any]],
    since: float,
    until: float,
    known_since: float | None = None,
    outage_since: float | None = None,
    unknown_since: float | None = None,
) -> tuple[Span, ...]:
    """The spans from C(since) to C(until), in their order, without a gap and without an overlap.

    :param lines: the journal's lines of this VPN, oldest first, as documents.
    :param known_since: from when on there is a record; None: there is none, except for the outages themselves.
    :param outage_since: when the outage under way began; None: there is none.
    :param unknown_since: since when nothing is known; None: it is known how things are.
    """
    outages, begun = _outages(lines)
    if outage_since is not None:
        outages.append(_Outage(min(outage_since, until), until, begun.why if begun else ""))
    elif begun is not None:
        # The journal has no end of it, and the memory no outage: it was lost, and how this ended with it.
        unknown_since = min(begun.began, until if unknown_since is None else unknown_since)
    known_until = until if unknown_since is None else _within(unknown_since, since, until)
    known_from = until if known_since is None else _within(known_since, since, until)
    spans: list[Span] = []
    place = since
    for outage in _merged(outages):
        began, ended = _within(outage.began, place, known_until), _within(outage.ended, place, known_until)
        if began < ended:
            spans.extend(_quiet(place, began, known_from))
            spans.append(Span(OUTAGE, began, ended, outage.why, outage.began < since))
            place = ended
    spans.extend(_quiet(place, known_until, known_from))
    if known_until < until:
        spans.append(Span(UNKNOWN, known_until, until))
    return tuple(spans)


@dataclass(frozen=True)
class _Outage:
    began: float
    ended: float
    why: str = ""


def _outages(lines: Iterable[dict[str, Any]]) -> tuple[list[_Outage], _Outage | None]:
    """All outages that have an end, and the one that has none yet."""
    found: list[_Outage] = []
    begun: _Outage | None = None
    for line in lines:
        at, kind = line.get("at"), line.get("kind")
        data = line.get("data")
        data = data if isinstance(data, dict) else {}
        if not _is_number(at):
            continue
        if kind in BEGINS and begun is None:
            begun = _Outage(at, at, str(data.get("why", "")))
        elif kind == ENDS:
            lasted = data.get("outage_seconds")
            # The end knows how long it lasted, also where its beginning is not in the journal any more.
            if _is_number(lasted) and lasted >= 0:
                found.append(_Outage(at - lasted, at, begun.why if begun else ""))
            elif begun is not None:
                # An end before its beginning: the clock was set back meanwhile.
                found.append(_Outage(min(begun.began, at), at, begun.why))
            begun = None
    return found, begun


def _merged(outages: list[_Outage]) -> Iterator[_Outage]:
    """In order of time, and those that overlap (the clock was set back) as one."""
    last: _Outage | None = None
    for outage in sorted(outages, key=lambda item: item.began):
        if last is None:
            last = outage
        elif outage.began <= last.ended:
            last = _Outage(last.began, max(last.ended, outage.ended), last.why or outage.why)
        else:
            yield last
            last = outage
    if last is not None:
        yield last


def _quiet(began: float, ended: float, known_from: float) -> Iterator[Span]:
    """A stretch without an outage: nothing is known of what lies before the record."""
    border = _within(known_from, began, ended)
    if began < border:
        yield Span(UNKNOWN, began, border)
    if border < ended:
        yield Span(UP, border, ended)


def _within(at: float, low: float, high: float) -> float:
    return max(low, min(at, high))


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < float("inf")
