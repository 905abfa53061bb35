# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exporter on a real host: no playbook is run in these tests."""

from __future__ import annotations

import http.client
import json
import socket
import statistics
import threading
import time
from contextlib import ExitStack, contextmanager, suppress

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from lab.exporter import Exporter
from tests.lab.e2e.harness import docker, until

LAB = {"vpns": 2, "engines": 4}


def get(exporter: Exporter, path: str, **options) -> object:
    return requests.get(exporter.url + path, timeout=10, **options).json()


def names(exporter: Exporter) -> list[str]:
    return sorted(engine["container_name"] for engine in get(exporter, "/engines"))


def metric(exporter: Exporter, name: str, **labels: str) -> float:
    """One sample, as Prometheus reads it."""
    families = text_string_to_metric_families(requests.get(exporter.url + "/metrics", timeout=10).text)
    (found,) = [one for family in families for one in family.samples if (one.name, one.labels) == (name, labels)]
    return found.value


@contextmanager
def events(exporter: Exporter, last: str | None = None):
    """The events of C(/events) from now on, or from an id on, as (id, document)."""
    found, hello = [], threading.Event()
    connection = http.client.HTTPConnection(exporter.url.partition("//")[2], timeout=60)
    connection.connect()
    # Kept, to end the reader's waiting at once.
    wire = connection.sock
    connection.request("GET", "/events", headers={"Last-Event-ID": last} if last else {})
    answer = connection.getresponse()

    def read() -> None:
        identity = kind = None
        for line in answer:
            name, _colon, value = line.decode().strip().partition(": ")
            if name == "id":
                identity = value
            elif name == "event":
                kind = value
            elif name == "data" and kind == "transition":
                found.append((identity, json.loads(value)))
            elif name == "data":
                hello.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    assert hello.wait(10), "the stream begins"
    try:
        yield found
    finally:
        with suppress(OSError):
            wire.shutdown(socket.SHUT_RDWR)
        reader.join(10)
        connection.close()


@pytest.fixture
def exporter(world):
    with Exporter(world.prefix) as running:
        until(lambda: requests.get(running.url + "/readyz", timeout=10).ok, "the first look is done")
        until(lambda: names(running) == world.engines, "all engines are shown", 60)
        yield running


def test_a_silent_provider_hides_its_engines_within_ten_seconds_and_they_return(world, exporter):
    first, second = world.engines_of(1), world.engines_of(2)
    with events(exporter) as seen:
        world.fault("provider-silent", "--vpn", "1")
        began = time.monotonic()
        until(lambda: names(exporter) == second, "the engines of VPN1 are hidden", 20)
        took = time.monotonic() - began
        status = get(exporter, "/vpn/status")
        assert (status["vpn1"]["health"], status["vpn2"]["health"], status["connected"]) == (
            "unhealthy",
            "healthy",
            True,
        )
        assert status["emergency_mode"]["failed_vpn"] == world.gluetuns[0]
        reasons = {item["container_name"]: item["reason"] for item in get(exporter, "/engines?all=1")}
        assert all(reasons[name] for name in first)
        assert not any(reasons[name] for name in second)
        until(lambda: "gluetun_unhealthy" in [document["kind"] for _id, document in seen], "the event arrives")
        assert [metric(exporter, "orch_vpn_health_status", vpn=vpn) for vpn in world.gluetuns] == [0, 1]
        assert metric(exporter, "acestream_vpn_outage_seconds", vpn=world.gluetuns[0]) > 0
        world.fault("provider-back", "--vpn", "1")
        until(lambda: names(exporter) == world.engines, "shown again once they work", 120)
    assert took < 15, f"hidden after {took:.1f} s"
    messages = world.messages()
    assert "WARN: Gluetun VPN became unhealthy" in messages
    assert "INFO: Hiding 2 engines assigned to unhealthy VPN" in messages
    assert any("became unhealthy" in line for line in exporter.lines), "its log has the same lines"


@pytest.mark.full
def test_a_killed_gluetun_is_seen_at_once_by_docker_s_event(world, exporter):
    second = world.engines_of(2)
    took = []
    for _round in range(3):
        docker("kill", world.gluetuns[0])
        began = time.monotonic()
        until(lambda: names(exporter) == second, "hidden", 10)
        took.append(time.monotonic() - began)
        world.heal()
        until(lambda: names(exporter) == world.engines, "shown again", 60)
    assert statistics.median(took) < 5, took


def test_a_client_resumes_where_it_was_though_the_exporter_was_restarted(world):
    with Exporter(world.prefix) as first:
        with events(first) as seen:
            until(lambda: seen, "the first transitions")
        last = seen[-1][0]
        missed = len(world.journal())
        assert first.stop() == 0, first.lines
    docker("kill", world.gluetuns[0])
    with Exporter(world.prefix) as second, events(second, last) as seen:
        until(lambda: [document["kind"] for _id, document in seen].count("gluetun_stopped") == 1, "what was missed")
        until(lambda: len(world.journal()) > missed and len(seen) >= len(world.journal()) - missed, "all of it")
        kinds = [document["kind"] for _id, document in seen]
        assert len({identity for identity, _document in seen}) == len(seen), "none comes twice"
        with events(second, "1-1") as fresh:
            assert fresh == [], "an id that is gone starts from now"
    assert "gluetun_stopped" in kinds


def test_it_never_touches_a_container(world, exporter):
    first = world.engines_of(1)
    with world.starts() as starts:
        docker("stop", "-t", "1", world.engines[0])
        until(lambda: world.engines[0] not in names(exporter), "hidden")
        assert metric(exporter, "acestream_vpn_engines", vpn=world.gluetuns[0], state="stopped") == 1
        assert metric(exporter, "orch_engines_total", vpn_container=world.gluetuns[0]) == len(first)
    assert not starts


def test_a_token_is_needed_where_one_is_set_and_nothing_secret_is_served(world):
    token, key = "a-token-of-this-test", (world.folder / "api_key").read_text(encoding="utf-8").strip()
    path = world.folder / "token"
    path.write_text(token + "\n", encoding="utf-8")
    with Exporter(world.prefix, token_file=str(path)) as exporter:
        until(lambda: requests.get(exporter.url + "/readyz", timeout=10).ok, "it is ready, said without a token")
        good, bad = {"Authorization": f"Bearer {token}"}, {"Authorization": "Bearer x"}
        pages = ("/engines?all=1", "/streams", "/vpn/status", "/orchestrator/status", "/metrics")
        for page in pages:
            for headers in ({}, bad):
                assert requests.get(exporter.url + page, headers=headers, timeout=10).status_code == 401, page
            answer = requests.get(exporter.url + page, headers=good, timeout=10)
            assert answer.status_code == 200, page
            assert key not in answer.text
            assert token not in answer.text
        assert requests.get(exporter.url + "/events", headers=bad, timeout=10).status_code == 401
    assert not [line for line in exporter.lines if token in line or key in line]


@pytest.mark.full
def test_many_clients_and_one_that_is_stalled_delay_nobody(world, exporter):
    """Twenty streams beside one that reads nothing: each of them has the transition."""
    first = world.engines_of(1)
    host, _colon, port = exporter.url.partition("//")[2].partition(":")
    with socket.create_connection((host, int(port))) as stalled, ExitStack() as opened:
        stalled.sendall(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        streams = [opened.enter_context(events(exporter)) for _number in range(20)]
        docker("kill", world.gluetuns[1])
        until(lambda: names(exporter) == first, "hidden", 10)
        for seen in streams:
            until(lambda seen=seen: "gluetun_stopped" in [document["kind"] for _id, document in seen], "each has it")
