# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Timing of two sides in turn, and their ratio."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """Seconds of both sides, run by run, and the ratio that was hoped for.

    :ivar wanted: such as "<= 1.5"; an aim that is stated, never asserted.
    """

    name: str
    ours: tuple[float, ...]
    other_name: str
    other: tuple[float, ...]
    wanted: str

    @property
    def ratio(self) -> float:
        """Median of ours by median of the other's."""
        return statistics.median(self.ours) / statistics.median(self.other)


def compare(
    name: str,
    ours: Callable[[], object],
    other_name: str,
    other: Callable[[], object],
    rounds: int,
    wanted: str,
    before: Callable[[], object] = lambda: None,
) -> Comparison:
    """Run both sides in turn, once each before it counts.

    A side that returns a number has measured for itself how many seconds count.

    :param before: makes the world ready for a side; its time does not count.
    """
    for side in (ours, other):
        before()
        side()
    measured: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        sides = [(ours, measured[0]), (other, measured[1])]
        for side, into in sides if number % 2 == 0 else reversed(sides):
            before()
            into.append(timed(side))
        print(
            f"bench: {name}, round {number + 1} of {rounds}: {measured[0][-1]:.2f} s, {measured[1][-1]:.2f} s",
            flush=True,
        )
    return Comparison(name, tuple(measured[0]), other_name, tuple(measured[1]), wanted)


def timed(side: Callable[[], object]) -> float:
    began = time.monotonic()
    own = side()
    return own if isinstance(own, float) else time.monotonic() - began


def table(results: Sequence[Comparison]) -> str:
    """A table in Markdown: seconds as min / median / max."""
    lines = ["| ours | seconds | other | seconds | ratio ours/other | aim |", "|---|---|---|---|---|---|"]
    for result in results:
        cells = [result.name, _spread(result.ours), result.other_name, _spread(result.other)]
        lines.append("| " + " | ".join([*cells, f"{result.ratio:.2f}", result.wanted]) + " |")
    return "\n".join(lines)


def _spread(seconds: Sequence[float]) -> str:
    return f"{min(seconds):.2f} / {statistics.median(seconds):.2f} / {max(seconds):.2f}"
