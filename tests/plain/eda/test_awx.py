# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real ansible-rulebook with the rulebook alertmanager_awx, and a stand-in that answers as AWX was seen to answer."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

from lab.monitoring import free_port
from lab.rulebook import Rulebook
from tests.plain.eda.recorder import Recorder

AWX_TOKEN, TOKEN = "awx-token-of-this-test", "webhook-token-of-this-test"
TEMPLATE = {
    "id": 12,
    "type": "job_template",
    "name": "acestream.vpn: recover",
    "related": {"launch": "/api/v2/job_templates/12/launch/"},
    "summary_fields": {"organization": {"id": 2, "name": "Default"}},
    "ask_labels_on_launch": False,
    **{f"ask_{what}_on_launch": True for what in ("limit", "inventory", "variables")},
}


class Awx(BaseHTTPRequestHandler):
    """As much of AWX 24.6.1 as a job template needs."""

    launched: list[dict] = []
    refused: list[str] = []

    def do_GET(self) -> None:
        job = {
            "id": 3,
            "type": "job",
            "url": "/api/v2/jobs/3/",
            "status": "successful",
            "created": "2026-01-01T00:00:00Z",
        }
        if not self._let_in():
            return
        if self.path.startswith("/api/v2/config/"):
            self._answer(200, {"version": "24.6.1"})
        elif self.path.startswith("/api/v2/unified_job_templates/"):
            self._answer(200, {"count": 1, "next": None, "previous": None, "results": [TEMPLATE]})
        elif self.path.startswith("/api/v2/jobs/3/"):
            self._answer(200, job)
        else:
            self._answer(200, {"count": 1, "next": None, "previous": None, "results": [job]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self._let_in():
            self.launched.append({"path": self.path, **body})
            self._answer(201, {"job": 3, "id": 3, "url": "/api/v2/jobs/3/", "status": "pending", "ignored_fields": {}})

    def _let_in(self) -> bool:
        good = self.headers.get("Authorization") == f"Bearer {AWX_TOKEN}"
        if not good:
            self.refused.append(self.path)
            self._answer(401, {"detail": "Authentication credentials were not provided."})
        return good

    def _answer(self, status: int, document: dict) -> None:
        data = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_words: object) -> None:
        """Quiet."""


def test_an_alert_launches_the_job_template_with_the_host_of_the_table_as_its_limit(tmp_path):
    recorder = Recorder(tmp_path, ["mediaserver"])
    place = {"host": "mediaserver", "vpn": "gluetun", "labels": {"host": "mediaserver", "vpn": "gluetun"}}
    (tmp_path / "alerts.json").write_text(json.dumps({"alerts": ["VpnDown"], "places": [place]}), encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Awx)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = {
        "ACESTREAM_VPN_ALERT_TABLE": str(tmp_path / "alerts.json"),
        "EDA_CONTROLLER_URL": f"http://127.0.0.1:{server.server_port}/",
        "EDA_CONTROLLER_TOKEN": AWX_TOKEN,
    }
    variables = {"acestream_webhook_token": TOKEN, "acestream_webhook_port": free_port()}
    url = f"http://127.0.0.1:{variables['acestream_webhook_port']}/"
    hostile = {"alertname": "VpnDown", "host": "mediaserver", "vpn": "gluetun", "limit": "all", "x": "{{ 1 }}"}
    body = {"alerts": [{"status": "firing", "labels": hostile}], "extra_vars": {"recovery_hosts": "all"}}

    def posted(token):
        try:
            return requests.post(url, json=body, headers={"Authorization": f"Bearer {token}"}, timeout=30).status_code
        except (requests.ConnectionError, requests.Timeout):
            return None

    try:
        with Rulebook(
            "acestream.vpn.alertmanager_awx", tmp_path, variables, recorder.inventory, recorder.collections, environment
        ) as running:
            running.until(lambda: posted("wrong") == 401, "it listens")
            assert posted(TOKEN) == 200
            running.until(lambda: Awx.launched, "the job")
    finally:
        server.shutdown()
    (job,) = Awx.launched
    assert job == {
        "path": "/api/v2/job_templates/12/launch/",
        "limit": "mediaserver",
        "extra_vars": {"recovery_hosts": "mediaserver", "recovery_trigger": "alert"},
    }
    assert Awx.refused == []
    assert AWX_TOKEN not in running.output
    assert TOKEN not in running.output
