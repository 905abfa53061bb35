# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the Grafana dashboard that the role monitoring installs: C(python -m tools.dashboard)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "collections/ansible_collections/acestream/vpn/roles/monitoring/files/acestream-vpn.json"

#: Panels stand in rows; a row has 24 columns.
_WIDTH = 24
_DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
_HOST = 'host=~"$host"'
_VPN = _HOST + ',vpn=~"$vpn"'
_CONTAINER = _HOST + ',vpn_container=~"$vpn"'
_NAME = "{{host}} {{vpn}}"
_GREEN, _RED, _ORANGE, _GRAY, _BLUE = "green", "red", "orange", "#8e8e8e", "blue"


def dashboard() -> dict[str, Any]:
    """The whole document."""
    return {
        "uid": "acestream-vpn",
        "title": "AceStream VPN",
        "description": "VPNs and engines, as the exporters of acestream.vpn see them.",
        "tags": ["acestream", "vpn"],
        "schemaVersion": 38,
        "version": 1,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "10s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "annotations": {"list": []},
        "templating": {"list": _variables()},
        "panels": _placed(_rows()),
    }


def _variables() -> list[dict[str, Any]]:
    return [
        {"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus", "hide": 0},
        _label_variable("host", "Host", "label_values(acestream_vpn_verdict, host)"),
        _label_variable("vpn", "VPN", f"label_values(acestream_vpn_verdict{{{_HOST}}}, vpn)"),
        _label_variable(
            "probe", "Probe", f"label_values(acestream_vpn_probe_duration_seconds_count{{{_HOST}}}, probe)"
        ),
    ]


def _label_variable(name: str, label: str, query: str) -> dict[str, Any]:
    return {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": _DATASOURCE,
        "query": {"query": query, "refId": name},
        "definition": query,
        "refresh": 2,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "current": {"text": ["All"], "value": ["$__all"]},
    }


def _rows() -> list[tuple[int, list[dict[str, Any]]]]:
    """Rows of panels with their heights; the widths of a row are equal."""
    outage = f"acestream_vpn_outage_seconds{{{_VPN}}}"
    return [
        (
            5,
            [
                _stat(
                    "VPN health",
                    "Whether new streams may go through it.",
                    # The health of one of which nothing is known is left out.
                    f"orch_vpn_health_status{{{_VPN}}} or "
                    f'-sum without (verdict) (acestream_vpn_verdict{{verdict="unknown",{_VPN}}} == 1)',
                    mappings={-1: ("Unknown", _GRAY), 0: ("Not healthy", _RED), 1: ("Healthy", _GREEN)},
                ),
                _stat("Outage under way", "0: there is none.", outage, unit="s", steps=_OUTAGE_STEPS),
                _stat(
                    "Last good check",
                    "Seconds since a connection through the tunnel worked.",
                    f"time() - acestream_vpn_last_good_timestamp_seconds{{{_VPN}}}",
                    unit="s",
                    steps=_OUTAGE_STEPS,
                ),
                _stat(
                    "Forwarded port",
                    "What the provider forwards to the forwarded engine.",
                    f"acestream_vpn_forwarded_port{{{_VPN}}}",
                    mappings={0: ("Not Available", _GRAY)},
                ),
            ],
        ),
        (
            7,
            [
                _panel(
                    "state-timeline",
                    "Verdict",
                    "Unknown is not down: nothing could be found out.",
                    # The verdicts of one VPN exclude each other; unknown adds nothing.
                    [
                        (
                            " + ".join(
                                f'{number} * sum by (host, vpn) (acestream_vpn_verdict{{verdict="{name}",{_VPN}}})'
                                for number, name in ((1, "healthy"), (2, "unhealthy"), (3, "stopped"))
                            ),
                            _NAME,
                        )
                    ],
                    mappings={
                        0: ("Unknown", _GRAY),
                        1: ("Healthy", _GREEN),
                        2: ("Unhealthy", _RED),
                        3: ("Stopped", _ORANGE),
                    },
                    options={"mergeValues": True, "showValue": "never", "rowHeight": 0.8},
                )
            ],
        ),
        (
            6,
            [
                _panel(
                    "table",
                    "Alerts that fire",
                    "From the rules of the role monitoring. An alert about a whole host names no VPN.",
                    [(f'ALERTS{{alertstate="firing",job="acestream-vpn",{_HOST}}}', "")],
                    table=True,
                    options={"showHeader": True},
                    transformations=_ALERT_COLUMNS,
                ),
                _series(
                    "Outage",
                    "How long each outage lasted; 30 s is a warning, 60 s is critical.",
                    outage,
                    unit="s",
                    steps=_OUTAGE_STEPS,
                ),
                _series(
                    "Outages that began",
                    "In each hour.",
                    f"increase(acestream_vpn_outages_total{{{_VPN}}}[1h])",
                    bars=True,
                ),
            ],
        ),
        (
            7,
            [
                _series(
                    "Engines by state",
                    "Available, hidden, given up, stopped.",
                    f"sum by (state) (acestream_vpn_engines{{{_VPN}}})",
                    name="{{state}}",
                    stacked=True,
                    more=[(f"sum (acestream_vpn_engines_wanted{{{_HOST}}})", "wanted")],
                    colours={
                        "available": _GREEN,
                        "hidden": _GRAY,
                        "latched": _RED,
                        "stopped": _ORANGE,
                        "wanted": _BLUE,
                    },
                    unstacked="wanted",
                ),
                _series(
                    "Engines of each VPN",
                    "Whatever their state.",
                    f"orch_engines_total{{{_CONTAINER}}}",
                    name="{{host}} {{vpn_container}}",
                ),
                _series(
                    "Streams",
                    "Connections of clients to the engines.",
                    f"orch_streams_active{{{_CONTAINER}}}",
                    name="{{host}} {{vpn_container}}",
                    stacked=True,
                ),
            ],
        ),
        (
            7,
            [
                _series(
                    "Restarts by kind and reason",
                    "Of Gluetuns and engines, and cycles of tunnels, by the recovery.",
                    f"sum by (kind, reason) (increase(acestream_vpn_restarts_total{{{_VPN}}}[$__rate_interval]))",
                    name="{{kind}}: {{reason}}",
                    bars=True,
                    stacked=True,
                ),
                _series(
                    "Lines of the journal",
                    "By level, in each hour.",
                    f"sum by (level) (increase(acestream_vpn_transitions_total{{{_HOST}}}[1h]))",
                    name="{{level}}",
                    bars=True,
                ),
                _series(
                    "Restarts in the last 24 hours",
                    "Of each Gluetun, by the recovery.",
                    f"acestream_vpn_recent_restarts{{{_VPN}}}",
                ),
            ],
        ),
        (
            7,
            [
                _panel(
                    "heatmap",
                    "How long probes take",
                    "Each kind of evidence, or the one chosen above.",
                    [
                        (
                            "sum by (le) (increase(acestream_vpn_probe_duration_seconds_bucket"
                            f'{{{_HOST},probe=~"$probe"}}[$__rate_interval]))',
                            "{{le}}",
                        )
                    ],
                    heatmap=True,
                    unit="s",
                ),
                _series(
                    "How long a look takes",
                    "95 of 100 looks are faster.",
                    "histogram_quantile(0.95, sum by (host, le) (rate("
                    f"acestream_vpn_look_duration_seconds_bucket{{{_HOST}}}[$__rate_interval])))",
                    name="{{host}}",
                    unit="s",
                ),
                _series(
                    "Looks that failed",
                    "Docker did not answer, or nothing could be written.",
                    f"increase(acestream_vpn_look_failures_total{{{_HOST}}}[$__rate_interval])",
                    name="{{host}}",
                    bars=True,
                ),
            ],
        ),
        (
            4,
            [
                _stat(
                    "Last recovery run",
                    "Seconds since it ended.",
                    f"time() - acestream_vpn_last_run_timestamp_seconds{{{_HOST}}}",
                    unit="s",
                    name="{{host}}",
                ),
                _stat(
                    "How long it took",
                    "",
                    f"acestream_vpn_last_run_duration_seconds{{{_HOST}}}",
                    unit="s",
                    name="{{host}}",
                ),
                _stat(
                    "How it ended",
                    "",
                    f"acestream_vpn_last_run_success{{{_HOST}}}",
                    mappings={0: ("Failed", _RED), 1: ("Well", _GREEN)},
                    name="{{host}}",
                ),
                _stat(
                    "Given up",
                    "1: a person is needed.",
                    f"acestream_vpn_latched{{{_VPN}}}",
                    mappings={0: ("No", _GREEN), 1: ("Given up", _RED)},
                ),
                _stat(
                    "Maintenance",
                    "While it lasts nothing is done, and no alert is sent.",
                    f"acestream_vpn_maintenance{{{_VPN}}}",
                    mappings={0: ("No", _GREEN), 1: ("Maintenance", _BLUE)},
                ),
                _stat(
                    "Exporter",
                    "Whether its newest look is fresh.",
                    f"acestream_vpn_stale{{{_HOST}}}",
                    mappings={0: ("Fresh", _GREEN), 1: ("Stale", _RED)},
                    name="{{host}}",
                ),
            ],
        ),
    ]


_OUTAGE_STEPS = ((None, _GREEN), (30, _ORANGE), (60, _RED))
_ALERT_COLUMNS = [
    {
        "id": "organize",
        "options": {
            "excludeByName": {"Time": True, "Value": True, "__name__": True, "alertstate": True, "job": True},
            "indexByName": {"severity": 0, "alertname": 1, "host": 2, "vpn": 3},
        },
    }
]


def _placed(rows: list[tuple[int, list[dict[str, Any]]]]) -> list[dict[str, Any]]:
    """Give each panel its number and its place."""
    panels: list[dict[str, Any]] = []
    top = 0
    for height, row in rows:
        width = _WIDTH // len(row)
        for column, panel in enumerate(row):
            place = {"h": height, "w": width, "x": column * width, "y": top}
            panels.append({"id": len(panels) + 1, "gridPos": place, **panel})
        top += height
    return panels


def _stat(title: str, text: str, expression: str, name: str = _NAME, **looks: Any) -> dict[str, Any]:
    options = {"colorMode": "background", "graphMode": "none", "reduceOptions": {"calcs": ["lastNotNull"]}}
    return _panel("stat", title, text, [(expression, name)], options=options, **looks)


def _series(
    title: str,
    text: str,
    expression: str,
    name: str = _NAME,
    bars: bool = False,
    stacked: bool = False,
    more: list[tuple[str, str]] | None = None,
    unstacked: str | None = None,
    **looks: Any,
) -> dict[str, Any]:
    custom = {
        "drawStyle": "bars" if bars else "line",
        "fillOpacity": 60 if bars or stacked else 10,
        "stacking": {"mode": "normal" if stacked else "none"},
    }
    panel = _panel("timeseries", title, text, [(expression, name), *(more or [])], custom=custom, **looks)
    if unstacked:
        alone = [
            {"id": "custom.stacking", "value": {"mode": "none"}},
            {"id": "custom.fillOpacity", "value": 0},
        ]
        panel["fieldConfig"]["overrides"].append(_override(unstacked, alone))
    return panel


def _panel(
    kind: str,
    title: str,
    text: str,
    queries: list[tuple[str, str]],
    unit: str = "none",
    mappings: dict[int, tuple[str, str]] | None = None,
    steps: tuple[tuple[int | None, str], ...] = ((None, _GREEN),),
    colours: dict[str, str] | None = None,
    custom: dict[str, Any] | None = None,
    options: dict[str, Any] | None = None,
    transformations: list[dict[str, Any]] | None = None,
    table: bool = False,
    heatmap: bool = False,
) -> dict[str, Any]:
    """One panel of any kind, with what all of them have."""
    targets = []
    for number, (expression, name) in enumerate(queries):
        target = {"refId": chr(ord("A") + number), "datasource": _DATASOURCE, "expr": expression, "legendFormat": name}
        if table or heatmap:
            target["format"] = "table" if table else "heatmap"
        if table:
            target["instant"] = True
        targets.append(target)
    defaults: dict[str, Any] = {
        "unit": unit,
        "min": 0,
        "mappings": _mappings(mappings or {}),
        "thresholds": {"mode": "absolute", "steps": [{"value": value, "color": colour} for value, colour in steps]},
        "custom": custom or {},
    }
    overrides = [
        _override(name, [{"id": "color", "value": {"mode": "fixed", "fixedColor": colour}}])
        for name, colour in (colours or {}).items()
    ]
    return {
        "type": kind,
        "title": title,
        "description": text,
        "datasource": _DATASOURCE,
        "targets": targets,
        "fieldConfig": {"defaults": defaults, "overrides": overrides},
        "options": options or {},
        "transformations": transformations or [],
    }


def _mappings(texts: dict[int, tuple[str, str]]) -> list[dict[str, Any]]:
    if not texts:
        return []
    options = {
        str(value): {"text": text, "color": colour, "index": index}
        for index, (value, (text, colour)) in enumerate(texts.items())
    }
    return [{"type": "value", "options": options}]


def _override(name: str, properties: list[dict[str, Any]]) -> dict[str, Any]:
    return {"matcher": {"id": "byName", "options": name}, "properties": properties}


def text() -> str:
    """The file's content."""
    return json.dumps(dashboard(), indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
