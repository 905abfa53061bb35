# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must be true of a journal, whatever happened. Pure: each check returns sentences, one for each violation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Line = dict[str, Any]

#: Kinds of which the same one may not come twice in a row for one VPN (or engine): one of the others lies between.
#: What concerns no single VPN is one history for the whole host.
ALTERNATING = (
    ("gluetun_unhealthy", "gluetun_stopped", "gluetun_healthy"),
    ("gluetun_latched", "gluetun_unlatched"),
    ("failover", "all_vpns_failed", "failback"),
    ("engine_latched", "engine_unlatched"),
)
DOWN = ("gluetun_unhealthy", "gluetun_stopped")
#: A line about an attempt, and how it may be told that it came to nothing after all.
_ATTEMPTS = ("gluetun_starting", "gluetun_restarting", "engines_restarting", "engine_recreating")
_CAME_TO_NOTHING = ("_failed", "_left_alone", "_restart_unknown", "_start_unknown")
#: An act follows its line within this time, seconds; on a busy host a stop alone may take ten.
PATIENCE = 90.0
#: Clocks of one host, read by two programs, seconds.
_BIT = 1.0


@dataclass(frozen=True)
class Start:
    """A container was started (or unpaused), as Docker's own event stream tells."""

    at: float
    name: str


@dataclass(frozen=True)
class Touch:
    """We did something to a container ourselves, from one moment to another, that starts it."""

    name: str
    began: float
    ended: float


def delivered(journal: Sequence[str], events: Sequence[str]) -> list[str]:
    """Every line of the journal came once, in order, to the client of the events."""
    if list(journal) == list(events):
        return []
    for place, (line, event) in enumerate(zip(journal, events, strict=False)):
        if line != event:
            return [f"event {place + 1} is {event}, and the journal's line is {line}"]
    return [f"{len(events)} events for {len(journal)} lines of the journal"]


def agree(lines: Sequence[Line], log: Sequence[str]) -> list[str]:
    """The journal for persons and that for programs say the same."""
    wanted = [_as_line(line) for line in lines]
    if wanted == list(log):
        return []
    for place, (ours, theirs) in enumerate(zip(wanted, log, strict=False)):
        if ours != theirs:
            return [f"line {place + 1} of journal.log is {theirs!r}, and of journal.jsonl {ours!r}"]
    return [f"journal.log has {len(log)} lines, journal.jsonl {len(wanted)}"]


def in_order(lines: Sequence[Line]) -> list[str]:
    """No line is much older than the one before it."""
    return [
        f"{after['time']} {after['kind']} comes after {before['time']} {before['kind']}"
        for before, after in zip(lines, lines[1:], strict=False)
        if after["at"] < before["at"] - _BIT
    ]


def said_once(lines: Sequence[Line]) -> list[str]:
    """Nothing is said twice without its opposite between."""
    found, newest = [], {}
    for line in lines:
        for group in ALTERNATING:
            if line["kind"] in group:
                place = (group, line.get("vpn"), line.get("engine"))
                if newest.get(place) == line["kind"]:
                    found.append(f"{line['time']} {line['kind']} of {line.get('vpn')} is said a second time")
                newest[place] = line["kind"]
    return found


def hidden_once(lines: Sequence[Line]) -> list[str]:
    """Engines are hidden once in each outage, and each outage has one end."""
    found: list[str] = []
    since: dict[str, str] = {}
    hidden: set[str] = set()
    for line in lines:
        vpn = line.get("vpn")
        if line["kind"] in DOWN:
            since.setdefault(vpn, line["time"])
        elif line["kind"] == "engines_hidden":
            if vpn in hidden or vpn not in since:
                found.append(f"{line['time']} engines of {vpn} are hidden, and no outage began just before")
            hidden.add(vpn)
        elif line["kind"] == "gluetun_healthy":
            if "outage_seconds" in line.get("data", {}) and vpn not in since:
                found.append(f"{line['time']} {vpn} recovered from an outage of which nothing told")
            if line.get("data", {}).get("outage_seconds", 0.0) < 0:
                found.append(f"{line['time']} the outage of {vpn} lasted less than nothing")
            since.pop(vpn, None)
            hidden.discard(vpn)
    return found


def still_down(lines: Sequence[Line]) -> set[str]:
    """VPNs whose last outage has no end yet."""
    down = {}
    for line in lines:
        if line["kind"] in (*DOWN, "gluetun_healthy"):
            down[line["vpn"]] = line["kind"] != "gluetun_healthy"
    return {vpn for vpn, is_down in down.items() if is_down}


def explained(
    lines: Sequence[Line], starts: Iterable[Start], touched: Iterable[Touch], engines: dict[str, str]
) -> list[str]:
    """Each start of a container is announced by a line or made by us, and each announced one was made.

    :param engines: the VPN of each engine.
    """
    open_lines = [[line, line["data"]["restarts"]] for line in lines if line["kind"] in _ATTEMPTS and "data" in line]
    touched, found = list(touched), []
    for start in sorted(starts, key=lambda item: item.at):
        ours = [item for item in touched if item.name == start.name and item.began <= start.at <= item.ended + _BIT]
        fitting = [entry for entry in open_lines if entry[1] > 0 and _fits(entry[0], start, engines)]
        if ours:
            touched.remove(ours[0])
        elif fitting:
            fitting[0][1] -= 1
        else:
            found.append(f"{start.name} was started at {start.at:.3f}, and no line tells of it")
    given_up = defaultdict(list)
    for line in lines:
        if line["kind"].endswith(_CAME_TO_NOTHING):
            given_up[line.get("vpn")].append(line["at"])
    for line, left in open_lines:
        excuses = [at for at in given_up[line["vpn"]] if line["at"] <= at <= line["at"] + PATIENCE]
        if left > 0 and len(excuses) < left:
            found.append(f"{line['time']} {line['message']} [{line['vpn']}]: {left} of it never came")
    return found


def _fits(line: Line, start: Start, engines: dict[str, str]) -> bool:
    if not line["at"] - _BIT <= start.at <= line["at"] + PATIENCE:
        return False
    if line["kind"] == "engine_recreating":
        return line["engine"] == start.name
    if line["kind"] == "engines_restarting":
        return engines.get(start.name) == line["vpn"]
    return line["vpn"] == start.name


def _as_line(line: Line) -> str:
    where = f" [{line['vpn']}]" if line.get("vpn") else ""
    return f"{line['time']} {line['level']}: {' '.join(line['message'].split())}{where}"
