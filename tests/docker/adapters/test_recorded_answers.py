# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control server's client against what a real Gluetun answered, word for word."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._observe.control_server import ControlServer
from ansible_collections.acestream.vpn.tests.unit.plugins.module_utils.scripted_http import serve

RECORDED = Path(__file__).resolve().parents[2] / "recorded/gluetun-control-api.json"
CALLS: list[dict[str, Any]] = json.loads(RECORDED.read_text(encoding="utf-8"))["calls"]
KEY = "recorded-key"


def nth(method: str, path: str, number: int = 0) -> dict[str, Any]:
    """One recorded call with the right key, counted from 0; the wrong one got 401."""
    found = [call for call in CALLS if (call["method"], call["path"], call["auth"]) == (method, path, True)]
    return [call for call in found if call["status"] != 401][number]


def replay(call: dict[str, Any]) -> Any:
    """The answer of a recorded call: only for whoever sends the key."""

    def answer(handler: Any) -> None:
        if handler.headers.get("X-API-Key") != KEY:
            handler.send_response(401)
            body = b"Unauthorized\n"
        else:
            handler.send_response(call["status"])
            for name, value in call["headers"].items():
                handler.send_header(name, value)
            body = call["text"].encode()
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@pytest.fixture
def gluetun():
    """A server with the first recorded answer of each route."""
    routes: dict[str, Any] = {}
    for call in CALLS:
        if call["auth"] and call["status"] != 401 and call["method"] == "GET":
            routes.setdefault(f"GET {call['path']}", replay(call))
    with serve(routes) as server:
        yield server


def test_every_recorded_answer_is_understood(gluetun):
    client = ControlServer(gluetun.url, KEY)
    assert client.status().document == {"status": "running"}
    assert client.version() == "unknown"
    where = client.public_ip().document
    assert (where["public_ip"], where["country"], where["city"]) == ("203.0.113.7", "Labland", "Labville")
    assert client.forwarded_port("unknown")[0] == 45001


def test_the_old_route_leads_to_the_new_one_with_the_key(gluetun):
    assert ControlServer(gluetun.url, KEY).forwarded_port("v3.40.0")[0] == 45001


def test_a_wrong_key_is_refused_everywhere(gluetun):
    client = ControlServer(gluetun.url, "wrong")
    assert client.status().api == "unauthorised"
    assert client.public_ip().api == "unauthorised"
    assert client.forwarded_port()[1].api == "unauthorised"


def test_a_stopped_tunnel_has_neither_port_nor_address(gluetun):
    gluetun.answers["GET /v1/portforward"] = replay(nth("GET", "/v1/portforward", 1))
    gluetun.answers["GET /v1/publicip/ip"] = replay(nth("GET", "/v1/publicip/ip", 1))
    client = ControlServer(gluetun.url, KEY)
    assert client.forwarded_port()[0] == 0
    assert client.public_ip().document == {"public_ip": ""}


@pytest.mark.parametrize(
    "call",
    [call for call in CALLS if call["method"] == "PUT" and call["path"] == "/v1/vpn/status" and call["status"] == 200],
    ids=lambda call: json.loads(call["text"])["outcome"],
)
def test_every_recorded_outcome_of_the_switch(gluetun, call):
    wanted = json.loads(call["body"])["status"]
    gluetun.answers["PUT /v1/vpn/status"] = replay(call)
    gluetun.answers["GET /v1/vpn/status"] = replay({**call, "text": json.dumps({"status": wanted})})
    done = ControlServer(gluetun.url, KEY).put_status(wanted, time.monotonic() + 5)
    assert done
    assert done.outcome == json.loads(call["text"])["outcome"]
