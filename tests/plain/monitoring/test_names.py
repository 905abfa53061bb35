# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules name what there is: metrics and labels of the exporter, and a page for each alert."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from lab.monitoring import tool
from tests.plain.monitoring.expressions import complaints, exported

ROOT = Path(__file__).resolve().parents[3]
PAGES = ROOT / "docs/runbooks"
SECTIONS = (
    "What it means",
    "What the collection does about it",
    "What to check",
    "How to silence it",
    "When it is over",
)


@pytest.fixture(scope="module")
def rules(rendered):
    return yaml.safe_load((rendered / "acestream-vpn/rules.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]


@pytest.fixture(scope="module")
def alerts(rules):
    return {rule["alert"]: rule for rule in rules if "alert" in rule}


def test_promtool_finds_nothing_to_complain_about(rendered):
    for what, file in (("rules", "acestream-vpn/rules.yml"), ("config", "prometheus.yml")):
        done = subprocess.run(
            [tool("promtool"), "check", what, str(rendered / file)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_exporter_has_every_metric_and_label(rules):
    known = exported()
    for rule in rules:
        assert complaints(rule["expr"], known) == [], rule
        if "record" in rule:
            known[rule["record"]] = known["acestream_vpn_outage_seconds"]


def test_a_name_that_nobody_has_is_found():
    known = exported()
    assert complaints("acestream_vpn_outage_second > 1", known) == ["there is no metric acestream_vpn_outage_second"]
    assert complaints('up{vpn="a"}', known) == ["up has no label vpn"]
    assert complaints("sum by (vpm) (acestream_vpn_latched)", known) == ["no metric here has the label vpm"]


def test_every_alert_says_how_grave_it_is_what_to_do_and_where_to_read_on(alerts):
    for name, alert in alerts.items():
        assert alert["labels"]["severity"] in ("critical", "warning", "info"), name
        notes = alert["annotations"]
        assert set(notes) == {"summary", "description", "runbook_url"}, name
        assert "$labels.host" in notes["summary"], name
        assert len(notes["summary"]) < 120, name
        assert notes["description"].endswith("."), name
        assert (ROOT / notes["runbook_url"]).is_file(), name


def test_the_severities_are_those_of_the_specification(alerts):
    assert {name: alerts[name]["labels"]["severity"] for name in ("VpnDown", "VpnUnhealthy")} == {
        "VpnDown": "critical",
        "VpnUnhealthy": "warning",
    }
    assert alerts["VpnLatched"]["labels"]["severity"] == alerts["AllVpnsDown"]["labels"]["severity"] == "critical"
    info = {name for name, alert in alerts.items() if alert["labels"]["severity"] == "info"}
    assert info == {"ForwardedPortLost", "EngineRestartTriggered"}


def test_each_alert_has_a_page_and_each_page_an_alert(alerts):
    assert {path.stem for path in PAGES.glob("*.md")} - {"README"} == set(alerts)


def test_each_page_says_all_that_a_person_needs(alerts):
    for name in alerts:
        text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
        assert re.search(rf"^# {name}$", text, re.MULTILINE), name
        headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
        assert tuple(headings) == SECTIONS, name


def test_the_guide_lists_every_alert_with_its_severity(alerts):
    guide = (ROOT / "docs/monitoring.md").read_text(encoding="utf-8")
    for name, alert in alerts.items():
        assert re.search(rf"\[`{name}`\]\(runbooks/{name}\.md\) \| {alert['labels']['severity']} \|", guide), name


def test_links_between_the_pages_lead_somewhere():
    for path in [*PAGES.glob("*.md"), ROOT / "docs/monitoring.md"]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
