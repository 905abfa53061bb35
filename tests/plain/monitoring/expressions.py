# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an expression of Prometheus's names, and what the exporter has."""

from __future__ import annotations

import re

from acestream_vpn_exporter.metrics import Metrics
from ansible_collections.acestream.vpn.plugins.module_utils._model.run_history import Ended
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from tests.plain.exporter.worlds import two_vpns

#: Given to each series by the scrape configuration.
TARGET_LABELS = {"job", "host", "instance"}
#: Made by Prometheus itself, with their labels.
_PROMETHEUS = {
    "up": TARGET_LABELS,
    "ALERTS": TARGET_LABELS | {"alertname", "alertstate", "severity", "vpn"},
}
_SELECTOR = re.compile(r"\b((?:vpn:)?(?:acestream_vpn|orch)_[a-z_]+(?::[a-z]+)?|up|ALERTS)(?:\{([^}]*)\})?")
_LABELS = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([a-z_, ]*)\)")


def exported() -> dict[str, set[str]]:
    """Every metric of the exporter with its labels, as Prometheus reads them."""
    snapshot = two_vpns()
    last_run = Ended("1", "manual", 1.0, 2.0, 1.0, "ok")
    metrics = Metrics(lambda: snapshot, list(snapshot.gluetuns), lambda: last_run)
    metrics.looked(snapshot)
    metrics.transition({"kind": "gluetun_unhealthy", "vpn": "one", "level": "WARN"})
    found = {name: set(labels) for name, labels in _PROMETHEUS.items()}
    for family in text_string_to_metric_families(generate_latest(metrics.registry).decode()):
        for sample in family.samples:
            found.setdefault(sample.name, set(TARGET_LABELS)).update(sample.labels)
    return found


def complaints(expression: str, known: dict[str, set[str]]) -> list[str]:
    """Metrics and labels that the expression names and nobody has."""
    said, labels = [], set(TARGET_LABELS)
    for name, matchers in _SELECTOR.findall(expression):
        if name not in known:
            said.append(f"there is no metric {name}")
            continue
        labels |= known[name]
        for label in re.findall(r"([a-z_]+)\s*(?:=~|!~|!=|=)", matchers):
            if label not in known[name]:
                said.append(f"{name} has no label {label}")
    for group in _LABELS.findall(expression):
        names = {name.strip() for name in group.split(",")}
        said += [f"no metric here has the label {name}" for name in sorted(names - labels)]
    return said
