# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stand-in answers as the real Gluetun did whose answers were recorded, call by call, in the same order."""

from __future__ import annotations

import http.client
import json
from pathlib import Path
from typing import Any

import pytest

from lab import files
from lab.running import RunningLab
from lab.wait import wait_for

DATA = Path(__file__).resolve().parents[2] / "recorded"
RECORDED = json.loads((DATA / "gluetun-control-api.json").read_text(encoding="utf-8"))["calls"]
#: The one value in a recorded body that is the lab's own.
OWN = {"/prov/client.ovpn": "/gluetun/lab/client.ovpn"}
#: After a tunnel was told to run, its port and address are there "at once": within this, seconds.
SETTLES = 20.0

pytestmark = pytest.mark.lab


def ask(lab: RunningLab, call: dict[str, Any], key: str) -> dict[str, Any]:
    """Make one recorded call; no redirect is followed."""
    vpn = lab.lab.vpns[0]
    headers = {"X-API-Key": key} if call["auth"] else {}
    body = None if call["body"] is None else call["body"].encode()
    connection = http.client.HTTPConnection(vpn.gluetun_ip, 8000, timeout=20)
    try:
        connection.request(call["method"], call["path"], body=body, headers=headers)
        response = connection.getresponse()
        text = response.read().decode()
        names = ("Content-Type", "Location")
        found = {name: value for name in names if (value := response.getheader(name)) is not None}
        return {"status": response.status, "headers": found, "text": text}
    finally:
        connection.close()


def expected(call: dict[str, Any]) -> dict[str, Any]:
    """What was recorded, with the lab's own path in it."""
    text = call["text"]
    for theirs, ours in OWN.items():
        text = text.replace(theirs, ours)
    return {"status": call["status"], "headers": call["headers"], "text": text}


def key_for(call: dict[str, Any], key: str) -> str:
    """The one call that was made with a key and refused was made with a wrong one."""
    return "wrong" if call["auth"] and call["status"] == 401 else key


def test_every_recorded_answer(recorded_lab: RunningLab) -> None:
    """Status, Content-Type, Location and body of every call are the recorded ones."""
    key = files.api_key(recorded_lab.lab.prefix)
    settling = True
    for number, call in enumerate(RECORDED):
        want = expected(call)

        def look(call: dict[str, Any] = call) -> dict[str, Any]:
            return ask(recorded_lab, call, key_for(call, key))

        got = look()
        if settling and call["method"] == "GET" and got != want:
            got = wait_for(lambda: (now := look()) == want and now, SETTLES) or look()  # noqa: B023
        assert got == want, f"call {number}: {call['method']} {call['path']}"
        settling = settling and call["method"] != "PUT" or "running" in (call["body"] or "")


def test_the_recording_is_not_empty() -> None:
    """The test above compares something: all kinds of answers are among the recorded ones."""
    assert {call["status"] for call in RECORDED} == {200, 301, 400, 401, 404, 405}


def test_a_port_that_a_put_cleared_comes_back_with_the_next_tunnel(recorded_lab: RunningLab) -> None:
    """Cycling the tunnel is the remedy for a lost port."""
    key = files.api_key(recorded_lab.lab.prefix)
    port = {"method": "GET", "path": "/v1/portforward", "auth": True, "body": None}
    put = {"method": "PUT", "path": "/v1/vpn/status", "auth": True}
    ask(recorded_lab, {**put, "body": '{"status":"stopped"}'}, key)
    assert json.loads(ask(recorded_lab, port, key)["text"]) == {"port": 0, "ports": []}
    ask(recorded_lab, {**put, "body": '{"status":"running"}'}, key)
    assert wait_for(lambda: json.loads(ask(recorded_lab, port, key)["text"])["port"] == 45001, SETTLES)
