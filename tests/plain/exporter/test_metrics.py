# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metrics are what Prometheus asks for, have no label that others choose, and say nothing that is not known."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from acestream_vpn_exporter.metrics import Metrics
from ansible_collections.acestream.vpn.plugins.module_utils._model.run_history import Ended
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse

from tests.plain.exporter.worlds import one_vpn, two_vpns

ROOT = Path(__file__).resolve().parents[3]
PROMTOOL = ROOT / ".state/tools/usr/bin/promtool"
VPNS = ("one", "two")
NEW = (
    "acestream_vpn_outages_total",
    "acestream_vpn_restarts_total",
    "acestream_vpn_probe_duration_seconds_count",
    "acestream_vpn_stale",
)


RUN = Ended("1.0", "alert", 1767225600.0, 1767225612.5, 12.5, "ok")


def metrics_of(snapshot, lines=(), run=None):
    found = Metrics(lambda: snapshot, VPNS, lambda: run)
    found.looked(snapshot)
    for line in lines:
        found.transition(line)
    return found


def samples(metrics, name):
    text = generate_latest(metrics.registry).decode()
    return {
        tuple(sorted(one.labels.items())): one.value
        for family in parse(text)
        for one in family.samples
        if one.name == name
    }


def line(kind, vpn="one", **data):
    return {"kind": kind, "vpn": vpn, "level": "INFO", "data": data}


@pytest.mark.parametrize("snapshot", [None, two_vpns(), two_vpns({"egress": "failed"}, looks=5).aged(100, 5)])
def test_promtool_finds_nothing_to_complain_about_and_openmetrics_is_read(snapshot):
    if not PROMTOOL.exists():
        assert "CI" not in os.environ, "tools/setup test unpacks promtool"
        pytest.skip("promtool is not there: tools/setup test unpacks it")
    metrics = metrics_of(snapshot, [line("engines_restarting", restarts=2, scenario="connection_loss")], RUN)
    done = subprocess.run(
        [PROMTOOL, "check", "metrics"], input=generate_latest(metrics.registry), capture_output=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, b"")
    assert list(parse_openmetrics(generate_openmetrics(metrics.registry).decode()))


def test_counters_begin_at_0_for_every_declared_vpn_so_that_the_first_event_is_an_increase():
    metrics = metrics_of(two_vpns())
    text = generate_latest(metrics.registry).decode()
    for name in NEW:
        assert f"\n{name}" in text, name
    assert samples(metrics, "acestream_vpn_outages_total") == {(("vpn", "one"),): 0, (("vpn", "two"),): 0}
    assert set(samples(metrics, "acestream_vpn_restarts_total").values()) == {0}


def test_an_outage_and_each_restart_is_counted_once():
    lines = [
        line("gluetun_unhealthy", why="egress fails", outage="begins"),
        line("gluetun_stopped", why="exited"),  # the same outage goes on
        line("gluetun_cycling", restarts=1, scenario="connection_loss"),
        line("gluetun_restarting", restarts=1, scenario="connection_loss"),
        line("gluetun_restarting", restarts=1),
        line("engines_restarting", count=3, restarts=3, scenario="container_restart"),
        line("engine_recreating"),  # one of those three
        line("engine_recreating", restarts=1, scenario="port_forwarding"),
    ]
    metrics = metrics_of(two_vpns(), lines)
    assert samples(metrics, "acestream_vpn_outages_total")[(("vpn", "one"),)] == 1
    counted = {labels: value for labels, value in samples(metrics, "acestream_vpn_restarts_total").items() if value}
    expected = {
        ("tunnel", "connection_loss"): 1,
        ("gluetun", "connection_loss"): 1,
        ("gluetun", "other"): 1,
        ("engine", "container_restart"): 3,
        ("engine", "port_forwarding"): 1,
    }
    assert counted == {
        (("kind", kind), ("reason", reason), ("vpn", "one")): value for (kind, reason), value in expected.items()
    }


words = st.one_of(st.text(max_size=20), st.none(), st.integers(), st.lists(st.text(max_size=3), max_size=2))


@settings(deadline=None, max_examples=settings.default.max_examples // 2)
@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "kind": words | st.sampled_from(["gluetun_restarting", "gluetun_stopped"]),
                "vpn": words | st.just("one"),
                "level": words,
                "data": words | st.fixed_dictionaries({"restarts": words, "scenario": words, "outage": words}),
            },
        ),
        max_size=30,
    )
)
def test_no_line_of_the_journal_makes_a_label_of_its_own(lines):
    metrics = metrics_of(one_vpn(), lines)
    for labels in samples(metrics, "acestream_vpn_transitions_total"):
        values = dict(labels)
        assert values["kind"] in ("other", "gluetun_restarting", "gluetun_stopped")
        assert values["vpn"] in ("", "one")
        assert values["level"] in ("other", "INFO", "WARN", "ERROR", "CRITICAL")
    assert len(samples(metrics, "acestream_vpn_restarts_total")) == len(
        samples(metrics_of(None), "acestream_vpn_restarts_total")
    )


def test_what_is_stale_is_unknown_and_not_repeated():
    fresh, stale = two_vpns(), two_vpns().aged(16, 5)
    assert samples(metrics_of(fresh), "acestream_vpn_stale") == {(): 0}
    metrics = metrics_of(stale)
    assert samples(metrics, "acestream_vpn_stale") == {(): 1}
    verdicts = samples(metrics, "acestream_vpn_verdict")
    assert {labels: value for labels, value in verdicts.items() if value} == {
        (("verdict", "unknown"), ("vpn", vpn)): 1 for vpn in VPNS
    }
    for name in ("orch_vpn_health_status", "acestream_vpn_outage_seconds", "acestream_vpn_forwarded_port"):
        assert samples(metrics_of(fresh), name), name
        assert not samples(metrics, name), name
    last_good = samples(metrics, "acestream_vpn_last_good_timestamp_seconds")
    assert last_good == samples(metrics_of(fresh), "acestream_vpn_last_good_timestamp_seconds")


def test_before_the_first_look_it_is_stale():
    assert samples(metrics_of(None), "acestream_vpn_stale") == {(): 1}


def test_a_verdict_that_is_unknown_has_no_health():
    unsure = one_vpn(egress="unknown", dns="unknown", api="timeout", tunnel_status=None)
    assert samples(metrics_of(unsure), "orch_vpn_health_status") == {}


@pytest.mark.parametrize(("result", "success"), [("ok", 1), ("unfinished", 1), ("failed", 0)])
def test_the_last_run_is_told_once_there_is_one(result, success):
    names = [f"acestream_vpn_last_run_{part}" for part in ("timestamp_seconds", "duration_seconds", "success")]
    assert [samples(metrics_of(one_vpn()), name) for name in names] == [{}, {}, {}]
    metrics = metrics_of(one_vpn(), run=replace(RUN, result=result))
    assert [samples(metrics, name)[()] for name in names] == [1767225612.5, 12.5, success]
