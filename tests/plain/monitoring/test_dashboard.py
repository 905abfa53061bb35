# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Grafana dashboard asks for what there is, in expressions that Prometheus reads."""

from __future__ import annotations

import json
import re
import subprocess
from itertools import combinations

import pytest
import yaml

from lab.monitoring import tool
from tests.plain.monitoring.expressions import complaints, exported
from tools.dashboard import FILE, text

DASHBOARD = json.loads(FILE.read_text(encoding="utf-8"))
PANELS = DASHBOARD["panels"]
QUERIES = [(panel["title"], target) for panel in PANELS for target in panel["targets"]]
VARIABLES = {item["name"]: item for item in DASHBOARD["templating"]["list"]}


def filled(expression: str) -> str:
    """As Grafana sends it."""
    expression = expression.replace("$__rate_interval", "1m")
    return re.sub(r"\$(host|vpn|probe)", ".*", expression)


def test_the_file_is_what_the_program_writes():
    assert FILE.read_text(encoding="utf-8") == text(), "python -m tools.dashboard"


def test_the_exporter_has_all_that_is_asked_for():
    known = exported()
    for title, target in QUERIES:
        assert complaints(target["expr"], known) == [], title
        for label in re.findall(r"{{(\w+)}}", target["legendFormat"]):
            assert any(label in labels for labels in known.values()), f"{title}: {label}"
    for name in ("host", "vpn", "probe"):
        metric, label = re.fullmatch(r"label_values\((\w+)(?:{.*})?, (\w+)\)", VARIABLES[name]["definition"]).groups()
        assert label in known[metric], name


def test_prometheus_reads_every_expression(tmp_path):
    rules = [
        {"record": f"panel_{number}", "expr": filled(target["expr"])} for number, (_title, target) in enumerate(QUERIES)
    ]
    path = tmp_path / "rules.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}), encoding="utf-8")
    done = subprocess.run([tool("promtool"), "check", "rules", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(QUERIES)} rules found" in done.stdout


def test_no_two_panels_share_a_number_a_title_or_a_place():
    for field in ("id", "title"):
        assert len({panel[field] for panel in PANELS}) == len(PANELS), field
    for panel in PANELS:
        place = panel["gridPos"]
        assert 0 <= place["x"] < place["x"] + place["w"] <= 24, panel["title"]
    for one, other in combinations(PANELS, 2):
        a, b = one["gridPos"], other["gridPos"]
        beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
        below = a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
        assert beside or below, f"{one['title']} and {other['title']}"


def test_data_source_host_and_vpn_are_chosen_and_each_query_obeys():
    assert set(VARIABLES) == {"datasource", "host", "vpn", "probe"}
    for title, target in QUERIES:
        assert target["datasource"]["uid"] == "${datasource}", title
        assert 'host=~"$host"' in target["expr"], title


@pytest.mark.parametrize(
    "asked",
    [
        "orch_vpn_health_status",
        "acestream_vpn_outages_total",
        "acestream_vpn_outage_seconds",
        "acestream_vpn_last_good_timestamp_seconds",
        "acestream_vpn_verdict",
        "acestream_vpn_engines",
        "orch_engines_total",
        "orch_streams_active",
        "acestream_vpn_forwarded_port",
        "acestream_vpn_restarts_total",
        "acestream_vpn_probe_duration_seconds_bucket",
        "acestream_vpn_look_duration_seconds_bucket",
        "acestream_vpn_last_run_success",
    ],
)
def test_what_an_operator_looks_for_is_there(asked):
    assert any(re.search(rf"\b{asked}\b", target["expr"]) for _title, target in QUERIES)
