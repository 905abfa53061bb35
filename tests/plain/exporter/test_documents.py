# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documents have the fields of the recorded ones of the AceStream Orchestrator, with values of the same types."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from acestream_vpn_exporter import documents

from tests.plain.exporter.worlds import one_vpn, two_vpns

ROOT = Path(__file__).resolve().parents[3]
RECORDED = json.loads((ROOT / "tests/recorded/orchestrator-documents.json").read_text(encoding="utf-8"))
SILENT = {"egress": "failed"}


def agree(recorded, ours, where):
    """Every recorded field is there, with a value of its type or null."""
    if isinstance(recorded, dict):
        assert isinstance(ours, dict), where
        for name, value in recorded.items():
            # Labels are the container's own.
            if name != "labels":
                assert name in ours, f"{where}.{name} is missing"
                agree(value, ours[name], f"{where}.{name}")
    elif recorded is not None and ours is not None:
        number = isinstance(recorded, (int, float)) and not isinstance(recorded, bool)
        assert isinstance(ours, (int, float) if number else type(recorded)), f"{where}: {ours!r} for {recorded!r}"


@pytest.mark.parametrize(("mode", "world"), [("single", one_vpn), ("redundant", two_vpns)])
def test_every_recorded_field_is_there(mode, world):
    now, recorded = world(), RECORDED[mode]
    agree(recorded["GET /vpn/status"], documents.vpn_status(now), "/vpn/status")
    agree(recorded["GET /orchestrator/status"], documents.orchestrator_status(now), "/orchestrator/status")
    agree(recorded["GET /engines"][0], documents.engines(now)[0], "/engines[0]")
    assert documents.vpn_status(now)["mode"] == recorded["GET /vpn/status"]["mode"]


def test_an_engine_that_must_not_get_a_new_stream_is_left_out_and_shown_with_the_reason_on_demand():
    now = two_vpns(SILENT, looks=3)
    assert [item["container_name"] for item in documents.engines(now)] == ["b"]
    everything = {item["container_name"]: item for item in documents.engines(now, everything=True)}
    assert (everything["a"]["shown"], everything["b"]["shown"]) == (False, True)
    assert everything["a"]["reason"]


def test_one_of_two_that_failed_is_an_emergency_and_what_works_counts():
    status = documents.vpn_status(two_vpns(SILENT, looks=5))
    assert (status["connected"], status["health"], status["status"]) == (True, "healthy", "running")
    assert (status["vpn1"]["health"], status["vpn2"]["health"]) == ("unhealthy", "healthy")
    emergency = status["emergency_mode"]
    assert (emergency["active"], emergency["failed_vpn"], emergency["healthy_vpn"]) == (True, "one", "two")
    assert emergency["duration_seconds"] > 0
    assert documents.orchestrator_status(two_vpns(SILENT, looks=5))["status"] == "degraded"


def test_unknown_is_never_published_as_unhealthy():
    now = one_vpn(egress="unknown", dns="unknown", api="timeout", tunnel_status=None)
    status = documents.vpn_status(now)
    assert (status["health"], status["connected"]) == ("unknown", False)


def test_streams_are_the_connections_of_clients():
    now = one_vpn()
    assert [item["id"] for item in documents.streams(now)] == ["acestream-2/1", "acestream-2/2"]
    (engine,) = [item for item in documents.engines(now) if item["container_name"] == "acestream-2"]
    assert engine["streams"] == [item["id"] for item in documents.streams(now)]
    assert documents.orchestrator_status(now)["streams"] == {"active": 2, "total": 2}


def test_labels_of_others_and_settings_are_not_published():
    published = json.dumps(
        [documents.engines(one_vpn(), True), documents.vpn_status(one_vpn()), documents.orchestrator_status(one_vpn())]
    )
    assert "com.example.secret" not in published


def test_a_look_that_is_stale_says_so_and_nothing_that_may_be_false():
    now = two_vpns({"egress": "failed"}, looks=3).aged(15.1, 5)
    assert not two_vpns().aged(15, 5).stale
    status = documents.vpn_status(now)
    assert (status["stale"], status["age_seconds"], status["health"], status["connected"]) == (
        True,
        15.1,
        "unknown",
        False,
    )
    for name in ("vpn1", "vpn2"):
        told = status[name]
        assert (told["health"], told["status"], told["verdict"]) == ("unknown", "unknown", "unknown")
        assert (told["forwarded_port"], told["public_ip"], told["outage_since"]) == (None, None, None)
        assert "15 s ago" in told["why"]
    assert status["vpn2"]["last_good_at"] == status["vpn2"]["last_check_at"]
    assert status["emergency_mode"]["active"] is False
    summed = documents.orchestrator_status(now)
    assert (summed["status"], summed["stale"], summed["provisioning"]["can_provision"]) == ("unknown", True, False)


def test_engines_that_were_available_stay_in_the_list_while_nothing_is_known():
    now = two_vpns(SILENT, looks=3).aged(60, 5)
    assert [(item["container_name"], item["health_status"]) for item in documents.engines(now)] == [("b", "unknown")]
    everything = {item["container_name"]: item for item in documents.engines(now, everything=True)}
    assert all(item["stale"] for item in everything.values())
    assert "60 s ago" in everything["b"]["reason"]
    assert "60 s ago" not in everything["a"]["reason"]


@pytest.mark.parametrize(("mode", "world"), [("single", one_vpn), ("redundant", two_vpns)])
def test_every_recorded_field_is_there_in_a_stale_document(mode, world):
    now, recorded = world().aged(1000, 5), RECORDED[mode]
    agree(recorded["GET /vpn/status"], documents.vpn_status(now), "/vpn/status")
    agree(recorded["GET /orchestrator/status"], documents.orchestrator_status(now), "/orchestrator/status")
    agree(recorded["GET /engines"][0], documents.engines(now)[0], "/engines[0]")
