# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real ansible-rulebook with the rulebook alertmanager, and everything hostile that can be posted to it."""

from __future__ import annotations

import json
import os
import socket
import time
from pathlib import Path

import pytest
import requests

from lab.monitoring import free_port
from lab.rulebook import Rulebook
from tests.plain.eda.recorder import Recorder

TOKEN = "a-long-token-of-this-test"
CANARY = Path(f"/tmp/acestream-vpn-canary-{os.getpid()}")
TABLE = {
    "alerts": ["VpnDown"],
    "places": [
        {"host": host, "vpn": "gluetun", "labels": {"host": host, "vpn": "gluetun"}}
        for host in ("mediaserver", "attic", "cellar")
    ],
}
HOSTILE = [
    "{{ lookup('pipe', 'touch " + str(CANARY) + "') }}",
    "{{ ''.__class__.__mro__ }}",
    f"$(touch {CANARY})",
    f"`touch {CANARY}`",
    f"; touch {CANARY}",
    "../../../etc/passwd",
    "victim",
    "all",
    "mediaserver,victim",
    "mediaserver\nvictim",
    "mediaserver:&victim",
    "x" * 50_000,
]


def alert(host: str = "mediaserver", name: str = "VpnDown", status: str = "firing", **labels: object) -> dict:
    return {"status": status, "labels": {"alertname": name, "host": host, "vpn": "gluetun", **labels}}


@pytest.fixture(scope="module")
def recorder(tmp_path_factory):
    # The host `victim` is in the inventory, and not in the table.
    return Recorder(tmp_path_factory.mktemp("recorder"), ["mediaserver", "attic", "cellar", "victim"])


@pytest.fixture(scope="module")
def responder(recorder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("responder")
    (folder / "alerts.json").write_text(json.dumps(TABLE), encoding="utf-8")
    variables = {"acestream_webhook_token": TOKEN, "acestream_webhook_port": free_port()}
    environment = {"ACESTREAM_VPN_ALERT_TABLE": str(folder / "alerts.json")}
    with Rulebook(
        "acestream.vpn.alertmanager",
        folder,
        variables,
        recorder.inventory,
        recorder.collections,
        environment,
        options=("-vv",),
    ) as running:
        running.url = f"http://127.0.0.1:{variables['acestream_webhook_port']}/alerts"
        running.until(lambda: _listens(running.url), "it listens")
        yield running


def _listens(url: str) -> bool:
    try:
        return requests.post(url, timeout=30).status_code == 401
    except (requests.ConnectionError, requests.Timeout):
        return False


def post(responder, body: object, token: str | None = TOKEN, **headers: str) -> int:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    return requests.post(responder.url, data=data, headers=headers, timeout=90).status_code


def hostile_bodies() -> list[bytes]:
    """All that may pass the guard, and must come to nothing."""
    labels = [{"alertname": text, "host": text, "vpn": text} for text in HOSTILE]
    alerts = [
        {"status": "firing", "labels": one, "annotations": one, "generatorURL": text}
        for one, text in zip(labels, HOSTILE, strict=True)
    ]
    alerts += [alert(host=text) for text in HOSTILE]
    alerts += [
        alert("victim"),
        alert(name="Other"),
        alert(status="resolved"),
        alert(vpn="{{ 1 }}"),
        alert(vpn=["gluetun"]),
    ]
    documents = [
        {"alerts": alerts},
        {"alerts": alerts, "meta": {"limit": "victim", "hosts": "victim"}, "limit": "victim"},
        {
            "meta": {"hosts": ["victim"]},
            "acestream": {"kind": "alert", "host": "victim", "vpn": "", "alert": "VpnDown"},
        },
        {"alerts": {"acestream": {"kind": "alert", "host": "victim"}}},
        [],
        {},
        1,
        None,
        "x",
        [alert("victim")],
    ]
    return [json.dumps(document).encode() for document in documents]


def test_whatever_is_posted_a_good_alert_afterwards_starts_exactly_one_run(responder, recorder):
    good = {"alerts": [alert()], "version": "4"}
    assert post(responder, good, token=None) == 401
    for wrong in ("", "x", TOKEN + "x", TOKEN[:-1]):
        assert post(responder, good, token=wrong) == 401
    assert post(responder, good, token=None, Authorization=f"Basic {TOKEN}") == 401
    for malformed in (b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"alerts": [' + b"1" * 10_000 + b"]}"):
        assert 400 <= post(responder, malformed) < 600
    assert post(responder, b'{"alerts": "' + b"x" * 10_000_000 + b'"}') == 413
    for body in hostile_bodies():
        assert post(responder, body) == 200
    # A client that sends half a request and stays.
    host, port = responder.url.split("/")[2].split(":")
    with socket.create_connection((host, int(port))) as half:
        half.sendall(
            f"POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: 9\r\n\r\n{{".encode()
        )
        many = json.dumps({"alerts": [alert("attic")] * 10_000}, separators=(",", ":")).encode()
        assert post(responder, many) == 200
        assert post(responder, many + b" " * 300_000) == 413, "more than 1 MiB"
        for _again in range(5):
            assert post(responder, good) == 200
        responder.until(lambda: len(recorder.runs()) == 2, "one run for each of the two hosts")
        assert post(responder, {"alerts": [alert("cellar"), alert("cellar", status="resolved")]}) == 200
        responder.until(lambda: len(recorder.runs()) == 3, "the service goes on")
    runs = {run["host"]: run for run in recorder.runs()}
    assert set(runs) == {"mediaserver", "attic", "cellar"}
    for name, run in runs.items():
        assert run["limit"] == name
        assert run["trigger"] == "alert"
        told = run["eda"]["event"]
        assert told["acestream"] == {
            "kind": "alert",
            "status": "firing",
            "host": name,
            "vpn": "gluetun",
            "alert": "VpnDown",
        }
        assert set(told["meta"]) == {"hosts", "source", "received_at", "rule_engine", "uuid"}
    time.sleep(2)  # Nothing may come after it.
    assert len(recorder.runs()) == 3
    assert not CANARY.exists()
    said = responder.output
    for secret in (TOKEN, "lookup(", "etc/passwd", "__class__", "victim"):
        assert secret not in said, "not even with -vv"
    assert "1 resolved" in said


def test_the_token_is_in_no_command_line(responder):
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            assert TOKEN.encode() not in path.read_bytes()
        except OSError:
            continue
