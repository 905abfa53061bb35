# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counters made from the journal, which the exporter and the recovery runs write: each line is counted once.

Every label has one of a few values, whatever somebody writes into that file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import (
    CONNECTION_LOSS,
    CONTAINER_RESTART,
    PORT_FORWARDING,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import LEVELS
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition_kinds import KINDS
from prometheus_client.core import CounterMetricFamily, Metric

#: In place of a value that none of ours is. Of a restart: it belongs to no scenario, for somebody asked for it.
OTHER = "other"
#: What is restarted, by the line that says so.
_RESTARTED = {
    "gluetun_starting": "gluetun",
    "gluetun_restarting": "gluetun",
    "gluetun_cycling": "tunnel",
    "engines_restarting": "engine",
    "engine_recreating": "engine",
}
#: What each may be restarted for.
_REASONS = {
    "gluetun": (CONNECTION_LOSS, CONTAINER_RESTART, OTHER),
    "tunnel": (CONNECTION_LOSS, PORT_FORWARDING, OTHER),
    "engine": (CONNECTION_LOSS, CONTAINER_RESTART, PORT_FORWARDING, OTHER),
}
#: No line restarts more engines than this.
_MANY = 10_000


class JournalCounts:
    """Counts since it was made.

    :param vpns: the declared Gluetuns; lines of others count without a name.
    """

    def __init__(self, vpns: Iterable[str]) -> None:
        self._vpns = tuple(vpns)
        self._transitions: Counter[tuple[str, str, str]] = Counter()
        self._outages: Counter[str] = Counter(dict.fromkeys(self._vpns, 0))
        self._restarts: Counter[tuple[str, str, str]] = Counter(
            {(kind, vpn, reason): 0 for kind, reasons in _REASONS.items() for vpn in self._vpns for reason in reasons}
        )

    def add(self, document: dict[str, Any]) -> None:
        """Count one line."""
        kind, level, vpn = document.get("kind"), document.get("level"), document.get("vpn")
        vpn = vpn if vpn in self._vpns else ""
        kind = kind if isinstance(kind, str) and kind in KINDS else OTHER
        self._transitions[kind, vpn, level if level in LEVELS else OTHER] += 1
        data = document.get("data")
        if not isinstance(data, dict) or not vpn:
            return
        if data.get("outage") == "begins":
            self._outages[vpn] += 1
        self._add_restarts(_RESTARTED.get(kind), vpn, data)

    def _add_restarts(self, kind: str | None, vpn: str, data: dict[str, Any]) -> None:
        count, reason = data.get("restarts"), data.get("scenario")
        if kind is None or not isinstance(count, int) or not 0 < count < _MANY:
            return
        self._restarts[kind, vpn, reason if reason in _REASONS[kind] else OTHER] += count

    def metrics(self) -> Iterator[Metric]:
        yield _counter(
            "acestream_vpn_transitions",
            "Lines of the journal since the exporter started: outages, restarts and all else that changed.",
            ["kind", "vpn", "level"],
            self._transitions.items(),
        )
        yield _counter(
            "acestream_vpn_outages",
            "Outages that began since the exporter started.",
            ["vpn"],
            (((vpn,), count) for vpn, count in self._outages.items()),
        )
        yield _counter(
            "acestream_vpn_restarts",
            "What the collection began to restart or recreate since the exporter started, and for which scenario.",
            ["kind", "vpn", "reason"],
            self._restarts.items(),
        )


def _counter(
    name: str, text: str, labels: list[str], counts: Iterable[tuple[tuple[str, ...], int]]
) -> CounterMetricFamily:
    found = CounterMetricFamily(name, text, labels=labels)
    for values, count in sorted(counts):
        found.add_metric(values, count)
    return found
