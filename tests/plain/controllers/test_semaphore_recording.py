# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stand-in answers as the real Semaphore did whose answers were recorded, call by call, in the same order."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.plain.controllers.semaphore import Semaphore
from tests.plain.controllers.serving import Request

DATA = Path(__file__).resolve().parents[2] / "recorded/semaphore-api.json"
RECORDED = json.loads(DATA.read_text(encoding="utf-8"))["calls"]
#: What differs from server to server: times, random addresses, and the ending of a name that came twice.
_OWN = [
    (re.compile(r"20\d\d-\d\d-\d\dT[\d:.]+Z"), "TIME"),
    (re.compile(r"/api/integrations/\w+"), "/api/integrations/RANDOM"),
    (re.compile(r" - [a-z0-9]{10}\b"), " - RANDOM"),
]
#: Made of an alert by Go's way of printing; nothing here extracts anything from an alert.
_EXTRACTED = ("environment", "integration_id")


def plain(document: Any) -> Any:
    """A document without what is a server's own."""
    if isinstance(document, dict):
        made_of_an_alert = document.get("integration_id") and "tpl_alias" in document
        return {
            key: "EXTRACTED" if made_of_an_alert and key in _EXTRACTED else plain_aliases(key, value)
            for key, value in document.items()
        }
    if isinstance(document, list):
        return [plain(item) for item in document]
    if isinstance(document, str):
        for own, instead in _OWN:
            document = own.sub(instead, document)
    return document


def plain_aliases(key: str, value: Any) -> Any:
    return ["RANDOM" for _alias in value] if key == "aliases" else plain(value)


def call_integration(server: Semaphore) -> None:
    """What was done between two recorded calls: Alertmanager called, with what the integration asks for."""
    integration = server.named(1, "integrations", "alertmanager")
    key = server.things[1, "keys"][integration["auth_secret_id"]]
    (alias,) = server.things[1, "integrations/1/aliases"].values()
    headers = {integration["auth_header"]: key["_secret"]["login_password"]["password"]}
    body = {"status": "firing", "commonLabels": {"vpn": "gluetun1"}, "alerts": []}
    assert server.answer(Request("POST", alias["url"], {}, headers, body)) == (204, None)


def test_every_recorded_answer() -> None:
    server = Semaphore()
    for number, call in enumerate(RECORDED):
        # The first two calls that were refused were made without a token.
        headers = {} if call["status"] == 401 else {"Authorization": f"Bearer {server.token}"}
        if call["path"] == "/project/1/tasks" and call["method"] == "GET":
            while len(server.things[1, "tasks"]) < len(call["response"]):
                call_integration(server)
        status, document = server.answer(Request(call["method"], "/api" + call["path"], {}, headers, call["request"]))
        said = f"call {number}: {call['method']} {call['path']}"
        assert status == call["status"], said
        assert plain("" if document is None else document) == plain(call["response"]), said


def test_the_recording_is_not_empty() -> None:
    """The test above compares something: all kinds of answers are among the recorded ones."""
    assert {call["status"] for call in RECORDED} == {200, 201, 204, 400, 401, 404}
    assert len(RECORDED) > 60


@pytest.mark.parametrize(
    ("header", "status", "tasks"),
    [("Bearer tok", "firing", 1), ("Bearer wrong", "firing", 0), (None, "firing", 0), ("Bearer tok", "resolved", 0)],
)
def test_an_integration_answers_alike_and_starts_only_for_the_right_token(header, status, tasks) -> None:
    server = Semaphore()
    auth = {"Authorization": f"Bearer {server.token}"}

    def post(path: str, body: dict) -> Any:
        return server.answer(Request("POST", f"/api{path}", {}, auth, body))[1]

    post("/projects", {"name": "p"})
    post("/project/1/keys", {"name": "k", "type": "login_password", "login_password": {"password": "Bearer tok"}})
    post("/project/1/templates", {"name": "recover", "playbook": "x.yml"})
    fields = {"auth_method": "token", "auth_header": "Authorization", "auth_secret_id": 2, "template_id": 1}
    post("/project/1/integrations", {"name": "i", **fields})
    post("/project/1/integrations/1/matchers", {"name": "firing", "key": "status", "value": "firing"})
    alias = post("/project/1/integrations/1/aliases", {})["url"]
    headers = {} if header is None else {"Authorization": header}
    assert server.answer(Request("POST", alias, {}, headers, {"status": status})) == (204, None)
    assert len(server.answer(Request("GET", "/api/project/1/tasks", {}, auth, None))[1]) == tasks
