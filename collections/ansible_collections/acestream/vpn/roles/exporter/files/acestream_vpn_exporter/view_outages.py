# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time line of the last 24 hours, as the status page draws and tells it. Pure."""

from __future__ import annotations

from typing import Any

from acestream_vpn_exporter.history import WINDOW, History
from acestream_vpn_exporter.outages import OUTAGE, UNKNOWN, Span, timeline
from acestream_vpn_exporter.snapshot import Snapshot
from acestream_vpn_exporter.words import clock, count, duration

#: Width of the drawing in its own units: minutes.
WIDTH = 1440
#: An outage of seconds has to be seen as well, units.
_NARROWEST = 3
#: Outages that the table lists; the journal has them all.
_LISTED = 20


def of(snapshot: Snapshot, history: History, vpn: str, now: float, stale: bool) -> dict[str, Any]:
    """One VPN's time line: what to draw, a sentence for who cannot see it, and the outages in words."""
    memory = snapshot.gluetuns[vpn]
    since = now - WINDOW
    firsts = [at for at in (history.first(vpn), memory.since) if at is not None]
    blind = [at for at in (memory.unknown_since, snapshot.at if stale else None) if at is not None]
    spans = timeline(
        history.outages(vpn, since),
        since,
        now,
        min(firsts, default=None),
        memory.outage_since,
        min(blind, default=None),
    )
    outages = [span for span in spans if span.kind == OUTAGE]
    return {
        "paths": paths(bars(spans, since)),
        "text": _sentence(spans, outages),
        "rows": [_row(span, now, memory.outage_since is not None) for span in reversed(outages[-_LISTED:])],
        "left_out": max(0, len(outages) - _LISTED),
    }


def bars(spans: tuple[Span, ...], since: float) -> list[dict[str, Any]]:
    """What is drawn, outages on top of all else. However many there are, they are never more than fit."""
    drawn: list[dict[str, Any]] = []
    marks: list[dict[str, Any]] = []
    for span in spans:
        left = (span.began - since) / 60
        width = span.seconds / 60
        if span.kind != OUTAGE:
            drawn.append({"kind": span.kind, "x": round(left, 1), "width": round(width, 1)})
            continue
        width = max(_NARROWEST, width)
        left = min(left, WIDTH - width)
        if marks and left <= marks[-1]["x"] + marks[-1]["width"]:
            marks[-1]["width"] = round(max(marks[-1]["width"], left + width - marks[-1]["x"]), 1)
        else:
            marks.append({"kind": OUTAGE, "x": round(left, 1), "width": round(width, 1)})
    # What a mark covers need not be drawn in pieces.
    return _joined(drawn) + marks


def paths(drawn: list[dict[str, Any]]) -> list[dict[str, str]]:
    """One shape for each kind, of all its marks, for SVG. Outages are the highest, so that not colour alone tells."""
    shapes: dict[str, list[str]] = {}
    for mark in drawn:
        top, height = (0, 24) if mark["kind"] == OUTAGE else (7, 10)
        shape = f"M{mark['x']:g},{top}h{mark['width']:g}v{height}h-{mark['width']:g}z"
        shapes.setdefault(mark["kind"], []).append(shape)
    return [{"kind": kind, "d": "".join(parts)} for kind, parts in shapes.items()]


def _joined(drawn: list[dict[str, Any]]) -> list[dict[str, Any]]:
    joined: list[dict[str, Any]] = []
    for mark in drawn:
        if joined and joined[-1]["kind"] == mark["kind"]:
            joined[-1]["width"] = round(mark["x"] + mark["width"] - joined[-1]["x"], 1)
        else:
            joined.append(mark)
    return joined


def _sentence(spans: tuple[Span, ...], outages: list[Span]) -> str:
    unknown = sum(span.seconds for span in spans if span.kind == UNKNOWN)
    if outages:
        said = f"{count(len(outages), 'outage')}, {duration(sum(span.seconds for span in outages))} in all"
    else:
        said = "No outage is recorded"
    return f"{said}; no record of {duration(unknown)}" if unknown >= 60 else said


def _row(span: Span, now: float, under_way: bool) -> dict[str, Any]:
    return {
        "began": "more than 24 hours ago" if span.earlier else clock(span.began, now),
        "ended": "still lasts" if under_way and span.ended >= now else clock(span.ended, now),
        "lasted": ("more than " if span.earlier else "") + duration(span.seconds),
        "why": span.why or "not recorded",
    }
