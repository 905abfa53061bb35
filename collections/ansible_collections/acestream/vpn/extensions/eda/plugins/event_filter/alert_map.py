# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event filter acestream.vpn.alert_map: of what Alertmanager sends, nothing passes but values of our own table.

ansible-rulebook runs this file by its path and cannot import the collection, so that it is complete in itself. Python
3.11 or newer.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Optional, TypeGuard

DOCUMENTATION = r"""
---
module: alert_map
short_description: Turns a notification of Alertmanager into events that hold nothing of it
description:
  - An alert is the word of whoever sends it. This filter compares its name and labels with a table of yours, and raises
    events whose values are those of the table. Headers, annotations and all else are dropped, so that nothing that was
    sent can reach a template, a command, a path, a host pattern or a log.
  - It splits the notification itself. C(eda.builtin.event_splitter) would raise an event for each alert, 10,000 for
    10,000, with all their labels; this filter raises at most one for each host and VPN of the table, whatever is sent.
  - "The events are C({'acestream': {'kind': 'alert', 'status': 'firing', 'host': ..., 'vpn': ..., 'alert': ...},
    'meta': {'hosts': host}}), and one of the kind C(alerts_ignored) that counts what was left out and why, with the
    numbers C(resolved), C(unknown_alert), C(unknown_place), C(malformed), and with C(repeated), which were for a host
    and VPN that has an event already."
options:
  table:
    description: The table itself, see O(table_file).
    type: dict
  table_file:
    description:
      - A file of JSON with the table. C($NAME) in its path stands for a variable of the environment.
      - "C({'alerts': [names that count], 'places': [{'host': ..., 'vpn': ..., 'labels': {name: value, ...}}]}). An
        alert belongs to the first place all of whose labels it has, with exactly these values. C(host) is one name of
        the inventory; C(vpn) the name of a Gluetun, or missing for the whole host."
    type: str
author: [acestream.vpn contributors]
"""

EXAMPLES = r"""
- eda.builtin.webhook:
    host: 127.0.0.1
    port: 5001
    token: "{{ responder_token }}"
  filters:
    - acestream.vpn.alert_map:
        table_file: $ACESTREAM_VPN_ALERT_TABLE
"""

#: Alerts of one notification that are looked at. The webhook takes no more than 1 MiB anyhow.
MAX_ALERTS = 20_000

_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,252}")
_CONTAINER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")
#: What Prometheus takes as the name of a label; names of alerts are held to the same, and a little more.
_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_ALERT = re.compile(r"[A-Za-z_][A-Za-z0-9_:-]{0,127}")
_NOT_HOSTS = ("all", "ungrouped")
_REASONS = ("resolved", "unknown_alert", "unknown_place", "malformed", "repeated")


class TableError(ValueError):
    """The table cannot be used; the message says what is wrong and what to do."""


@dataclass(frozen=True)
class Place:
    """Where an alert may belong.

    :ivar labels: that it must have.
    """

    host: str
    vpn: str
    labels: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """What counts."""

    alerts: frozenset[str]
    places: tuple[Place, ...]


def parse(document: Any) -> Table:
    """:raises TableError: it is not what it has to be."""
    if not isinstance(document, dict) or set(document) != {"alerts", "places"}:
        raise TableError("the table has to be an object with 'alerts' and 'places', and nothing else")
    alerts, places = document["alerts"], document["places"]
    if not isinstance(alerts, list) or not alerts or not all(_is(name, _ALERT) for name in alerts):
        raise TableError("alerts: list the names of the alerts that count, at least one")
    if not isinstance(places, list) or not places:
        raise TableError("places: list at least one, as {host: ..., vpn: ..., labels: {...}}")
    return Table(frozenset(alerts), tuple(_place(item, f"places[{number}]") for number, item in enumerate(places)))


def _place(item: Any, where: str) -> Place:
    if not isinstance(item, dict) or not set(item) <= {"host", "vpn", "labels"}:
        raise TableError(f"{where}: it has to be an object with 'host', 'vpn' and 'labels', and nothing else")
    host, vpn, labels = item.get("host"), item.get("vpn", ""), item.get("labels")
    if not _is(host, _HOST) or host in _NOT_HOSTS:
        raise TableError(f"{where}.host: give one host's name in the inventory, of letters, digits, '.', '_' and '-'")
    if vpn != "" and not _is(vpn, _CONTAINER):
        raise TableError(f"{where}.vpn is no name that a container can have")
    if not isinstance(labels, dict) or not labels:
        raise TableError(f"{where}.labels: give at least one, or every alert would belong there")
    if not all(_is(name, _LABEL) and isinstance(value, str) and value for name, value in labels.items()):
        raise TableError(f"{where}.labels has to be names of labels with texts that are not empty")
    return Place(host, vpn, tuple(sorted(labels.items())))


def _is(value: Any, form: re.Pattern[str]) -> TypeGuard[str]:
    return isinstance(value, str) and form.fullmatch(value) is not None


@lru_cache(maxsize=8)
def read(path: str) -> Table:
    """The table of a file, read once.

    :raises TableError: it cannot be read or used.
    """
    where = os.path.expandvars(path)
    if "$" in where:
        raise TableError(f"table_file is {path}: set that variable to the path of the table")
    try:
        with open(where, encoding="utf-8") as handle:
            return parse(json.load(handle))
    except OSError as error:
        raise TableError(f"table_file {where} cannot be read: {error.strerror}") from error
    except TableError as error:
        raise TableError(f"table_file {where}: {error}") from error
    except ValueError as error:
        raise TableError(f"table_file {where} is no JSON") from error


def events(payload: Any, table: Table) -> list[dict[str, Any]]:
    """What a notification comes to. Pure, and it never raises whatever the payload is."""
    ignored: Counter[str] = Counter()
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for alert in _alerts(payload, ignored):
        name, place = _judge(alert, table, ignored)
        if place is None:
            continue
        if (place.host, place.vpn) in found:
            ignored["repeated"] += 1
            continue
        values = {"kind": "alert", "status": "firing", "host": place.host, "vpn": place.vpn, "alert": name}
        found[place.host, place.vpn] = {"acestream": values, "meta": {"hosts": place.host}}
    counted = {reason: ignored[reason] for reason in _REASONS}
    left_out = [{"acestream": {"kind": "alerts_ignored", **counted}}] if any(counted.values()) else []
    return [*found.values(), *left_out]


def _alerts(payload: Any, ignored: Counter[str]) -> list[Any]:
    alerts = payload.get("alerts") if isinstance(payload, dict) else None
    if not isinstance(alerts, list):
        ignored["malformed"] += 1
        return []
    ignored["malformed"] += max(0, len(alerts) - MAX_ALERTS)
    return alerts[:MAX_ALERTS]


def _judge(alert: Any, table: Table, ignored: Counter[str]) -> tuple[str, Optional[Place]]:
    """The name and the place, both the table's own; no place: it is counted as ignored."""
    labels = alert.get("labels") if isinstance(alert, dict) else None
    if not isinstance(labels, dict) or alert.get("status") not in ("firing", "resolved"):
        ignored["malformed"] += 1
        return "", None
    if alert["status"] == "resolved":
        ignored["resolved"] += 1
        return "", None
    given = labels.get("alertname")
    name = next((known for known in table.alerts if known == given), None)
    if name is None:
        ignored["unknown_alert"] += 1
        return "", None
    for place in table.places:
        if all(labels.get(label) == value for label, value in place.labels):
            return name, place
    ignored["unknown_place"] += 1
    return "", None


def main(
    event: dict[str, Any], table: Optional[dict[str, Any]] = None, table_file: Optional[str] = None
) -> list[dict[str, Any]]:
    """The filter.

    :param event: of C(eda.builtin.webhook).
    :returns: events made of the table's values alone.
    :raises TableError: the table cannot be used.
    """
    if (table is None) == (table_file is None):
        raise TableError("alert_map: give table or table_file, and not both")
    return events(event.get("payload"), parse(table) if table_file is None else read(table_file))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(
            "usage: alert_map.py TABLE, which checks it; or alert_map.py TABLE NOTIFICATION, which shows the events"
        )
    try:
        checked = read(sys.argv[1])
    except TableError as wrong:
        sys.exit(f"alert_map.py: {wrong}")
    for name in sys.argv[2:]:
        with open(name, encoding="utf-8") as handle:
            for one in events(json.load(handle), checked):
                print(json.dumps(one))
