# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nobody at the keyboard: exporter, ansible-rulebook with both rulebooks, and a Gluetun that is restarted."""

from __future__ import annotations

import json

import pytest
import requests
import yaml

from lab.exporter import Exporter
from lab.monitoring import free_port
from lab.rulebook import Rulebook
from tests.lab.e2e.harness import docker, finish, until
from tests.plain.eda.plugin import EXTENSION

LAB = {"vpns": 1, "engines": 3}
TOKEN = "a-token-of-this-test"


@pytest.fixture
def exporter(world):
    with Exporter(world.prefix) as running:
        until(lambda: requests.get(running.url + "/readyz", timeout=10).ok, "the first look is done")
        until(lambda: running.shown() == world.engines, "all engines are shown", 60)
        yield running


@pytest.fixture
def responder(world, exporter, tmp_path):
    """One process with both rulebooks, as the role responder installs it."""
    both = [yaml.safe_load((EXTENSION / f"rulebooks/{name}.yml").read_text()) for name in ("watch", "alertmanager")]
    rulebook, table = tmp_path / "rulebook.yml", tmp_path / "alerts.json"
    rulebook.write_text(yaml.safe_dump(both[0] + both[1]), encoding="utf-8")
    place = {"host": "lab", "vpn": world.gluetun, "labels": {"host": "mediaserver", "vpn": "gluetun"}}
    table.write_text(json.dumps({"alerts": ["VpnDown"], "places": [place]}), encoding="utf-8")
    port = free_port()
    variables = {
        "acestream_exporters": [{"host": "lab", "url": exporter.url}],
        "acestream_webhook_token": TOKEN,
        "acestream_webhook_port": port,
    }
    environment = {"ACESTREAM_VPN_ALERT_TABLE": str(table)}
    inventory = world.folder / "inventory.yml"
    with Rulebook(str(rulebook), tmp_path, variables, inventory, environment=environment) as running:
        running.url = f"http://127.0.0.1:{port}/"
        running.until(lambda: "PLAY RECAP" in running.output, "a first look, whatever was before")
        yield running


def post(responder: Rulebook, *alerts: dict) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert requests.post(responder.url, json={"alerts": alerts}, headers=headers, timeout=30).status_code == 200


def runs(responder: Rulebook) -> tuple[int, int]:
    """How many have begun, and how many have ended."""
    return responder.output.count("PLAY [Keep the AceStream"), responder.output.count("PLAY RECAP")


def test_a_restarted_gluetun_is_followed_by_its_engines_each_once_whatever_alerts_come_meanwhile(
    world, exporter, responder
):
    firing = {"status": "firing", "labels": {"alertname": "VpnDown", "host": "mediaserver", "vpn": "gluetun"}}
    resolved = {**firing, "status": "resolved"}
    late = {**firing, "startsAt": "2020-01-01T00:00:00Z"}
    with world.starts() as starts:
        post(responder, resolved)
        docker("restart", "-t", "1", world.gluetun)
        # A timer comes just then, and a person as well.
        others = [world.start("recover", "-e", f"recovery_trigger={word}") for word in ("schedule", "manual")]
        post(responder, firing)
        post(responder, firing, firing, resolved)
        until(lambda: exporter.shown() != world.engines, "hidden", 30)
        post(responder, late)
        until(lambda: exporter.shown() == world.engines, "all work again, with nobody at the keyboard", 90)
        post(responder, firing, late)
        responder.until(lambda: runs(responder)[0] == runs(responder)[1] >= 3, "what was begun has ended", 60)
        assert [finish(other).code for other in others] == [0, 0]
    assert starts == dict.fromkeys([world.gluetun, *world.engines], 1)
    assert {line["trigger"] for line in world.journal() if "trigger" in line} <= {
        "event",
        "alert",
        "schedule",
        "manual",
    }
    assert "failed=0" in responder.output
    assert "failed=1" not in responder.output
    assert TOKEN not in responder.output
