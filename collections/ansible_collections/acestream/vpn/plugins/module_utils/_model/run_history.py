# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The recovery runs of one host: the last one that ended, and those that are under way. Pure.

A run is several module calls, with Ansible's own time between them. It is told by when it began, which each call is
given. What is said here decides nothing about the host: whoever finds it torn or foreign begins anew.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Dict, List, Optional

FILE = "last_run.json"

#: How a run ended: nothing was left to do; its patience ended before that; it could not go on, or was never heard of
#: again.
OK = "ok"
UNFINISHED = "unfinished"
FAILED = "failed"

#: Who may have started a run, as far as the collection's own parts say it. Others may be given.
MANUAL = "manual"
TRIGGER = re.compile(r"[A-Za-z0-9_.:-]{1,64}")

#: A call that is under way looks every second; one look takes as long as its evidence may, seconds.
_LOOK = 60.0
#: Acting may take as long as Docker and other runs that act make it, seconds. Beyond this, no run is under way.
LONGEST = 600.0
#: How much of its own patience a run wants to find in another one that it leaves everything to.
_PATIENCE = 0.4


@dataclass(frozen=True)
class Run:
    """One run. Times are epoch seconds on the Docker host's clock.

    :ivar id: when it began, as text.
    :ivar trigger: who started it, in a word.
    :ivar scope: what it looks after, as a checksum: two runs with the same one would do the same.
    :ivar looked_at: when its last look began; None: there was none yet.
    :ivar at: when it was last heard of.
    :ivar until: how long it will go on watching.
    :ivar process: the call that is under way, and those that it was started by; empty: none is.
    """

    id: str
    trigger: str
    scope: str
    started_at: float
    looked_at: Optional[float] = None
    at: float = 0.0
    until: float = 0.0
    process: str = ""


@dataclass(frozen=True)
class Ended:
    """How the last run ended.

    :ivar result: C(ok), C(unfinished) or C(failed).
    """

    id: str
    trigger: str
    started_at: float
    ended_at: float
    duration_seconds: float
    result: str

    @property
    def success(self) -> bool:
        """It came to its end by itself. How the VPNs are is another matter."""
        return self.result != FAILED


@dataclass(frozen=True)
class Runs:
    """All that is known."""

    last: Optional[Ended] = None
    under_way: Dict[str, Run] = field(default_factory=dict)

    def as_document(self) -> Dict[str, Any]:
        """The last run's own values come first, for programs that want to know no more than that."""
        last = {} if self.last is None else asdict(self.last)
        return {**last, "under_way": {name: asdict(run) for name, run in self.under_way.items()}}


def from_document(document: Any) -> Runs:
    """Read it back; what is torn or foreign is left out."""
    if not isinstance(document, dict):
        return Runs()
    listed = document.get("under_way")
    runs = [_build(Run, item) for item in listed.values()] if isinstance(listed, dict) else []
    return Runs(_build(Ended, document), {run.id: run for run in runs if run is not None})


def heard(runs: Runs, run: Run) -> Runs:
    """A run begins, or goes on."""
    return replace(runs, under_way={**runs.under_way, run.id: run})


def ended(runs: Runs, run: Run, result: str, now: float) -> Runs:
    """A run comes to its end."""
    return replace(forgotten(runs, run), last=_ended(run, result, now))


def forgotten(runs: Runs, run: Run) -> Runs:
    """A run left its work to another one: that one's end is what counts."""
    return replace(runs, under_way={name: other for name, other in runs.under_way.items() if name != run.id})


def tidied(runs: Runs, now: float) -> Runs:
    """Runs that were never heard of again have failed."""
    lost = sorted((run for run in runs.under_way.values() if _is_lost(run, now)), key=lambda run: run.at)
    for run in lost:
        latest = runs.last is None or run.at > runs.last.ended_at
        after = ended(runs, run, FAILED, run.at)
        runs = after if latest else replace(after, last=runs.last)
    return runs


def in_charge(runs: Runs, run: Run, now: float, alive: Dict[str, bool], watch_for: float) -> Optional[Run]:
    """A run that began earlier, is looking right now, does the same and will go on for a while; None: there is none.

    One that is acting, or between two calls, cannot be told from one that was killed: it is not waited for.

    :param alive: whether the process of each run is there and somebody waits for it, by the run's id.
    :param watch_for: the patience of the run that asks, seconds.
    """
    for other in sorted(runs.under_way.values(), key=_order):
        if _order(other) >= _order(run):
            break
        looking = alive.get(other.id, False) and 0 <= now - other.at < _LOOK
        # Enough of its patience must be left, so that runs that follow each other leave no gap.
        if looking and other.scope == run.scope and other.until - now >= watch_for * _PATIENCE:
            return other
    return None


def news(events: List[Dict[str, Any]], other: Run) -> List[Dict[str, Any]]:
    """What the journal holds that a run may not know: lines since its last look began that it did not write."""
    return [event for event in events if event.get("run") != other.id]


def _order(run: Run) -> Any:
    return run.started_at, run.id


def _is_lost(run: Run, now: float) -> bool:
    # A clock that was set back makes it look like one of the future.
    return not -LONGEST < now - run.at < LONGEST


def _ended(run: Run, result: str, now: float) -> Ended:
    took = max(0.0, now - run.started_at)
    return Ended(run.id, run.trigger, run.started_at, now, round(took, 3), result)


def _build(cls: Any, value: Any) -> Any:
    """None: it is not one."""
    if not isinstance(value, dict):
        return None
    values = {item.name: value[item.name] for item in fields(cls) if item.name in value}
    for item in fields(cls):
        if item.name in values and not _fits(str(item.type), values[item.name]):
            return None
    try:
        return cls(**values)
    except TypeError:
        return None


def _fits(annotation: str, value: Any) -> bool:
    if value is None:
        return "Optional" in annotation
    if annotation == "str":
        return isinstance(value, str)
    return isinstance(value, (int, float)) and not isinstance(value, bool)
