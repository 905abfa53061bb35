# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a VPN that is lost to the message about it: real exporter, Prometheus and Alertmanager, and no playbook run.

The thresholds are shortened; the true ones are tested in tests/plain/monitoring.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

from lab.exporter import Exporter
from lab.monitoring import Alertmanager, Prometheus, configure
from tests.lab.e2e.harness import until

LAB = {"vpns": 2, "engines": 2}
TOKEN = "the-token-of-this-test"


class Webhook:
    """What Alertmanager tells: it is answered only with the right token.

    :ivar told: each alert of each message, as it came.
    :ivar refused: messages without the token.
    """

    def __enter__(self) -> Webhook:
        self.told: list[dict] = []
        self.refused = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                allowed = self.headers["Authorization"] == f"Bearer {TOKEN}"
                if allowed:
                    outer.told += json.loads(body)["alerts"]
                else:
                    outer.refused += 1
                self.send_response(200 if allowed else 401)
                self.end_headers()

            def log_message(self, *_words: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/alerts"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def of(self, name: str, status: str) -> list[dict]:
        return [alert for alert in self.told if (alert["labels"]["alertname"], alert["status"]) == (name, status)]


def test_an_outage_is_told_as_a_warning_then_as_critical_and_then_as_over(world, tmp_path):
    secret = tmp_path / "exporter.token"
    secret.write_text("the-token-of-the-exporter\n", encoding="utf-8")
    # Engines go on saying for a while that they are connected: that is not waited for here.
    policy = {"confirm_timeout": 0, "port_loss_after": 1}
    alertmanager = Alertmanager(tmp_path)
    with Exporter(world.prefix, token_file=str(secret), interval=1, policy=policy) as exporter, Webhook() as webhook:
        until(lambda: requests.get(exporter.url + "/readyz", timeout=10).ok, "the first look is done")
        configure(
            tmp_path,
            monitoring_targets=[{"host": "mediaserver", "address": exporter.url.partition("//")[2]}],
            monitoring_exporter_token="the-token-of-the-exporter",
            monitoring_webhook_url=webhook.url,
            monitoring_webhook_token=TOKEN,
            monitoring_alertmanagers=[f"127.0.0.1:{alertmanager.port}"],
            monitoring_scrape_interval=1,
            monitoring_warning_after=5,
            monitoring_critical_after=15,
            monitoring_group_wait=0,
            monitoring_group_interval=1,
        )
        with alertmanager, Prometheus(tmp_path) as prometheus:
            until(lambda: len(prometheus.query("vpn:acestream_vpn_outage_seconds:held == 0")) == 2, "both are read")
            assert prometheus.alerts() == set()
            vpn = world.gluetuns[0]

            # A port is asked for again after up to 45 s: the outage is over by then.
            world.fault("port-none", "--vpn", "2")
            world.fault("provider-silent", "--vpn", "1")
            until(lambda: webhook.of("VpnUnhealthy", "firing"), "the warning is told", 120)
            until(lambda: webhook.of("VpnDown", "firing"), "that it is critical is told", 120)
            until(lambda: alertmanager.states().get("VpnUnhealthy") == "suppressed", "the warning is held back")
            critical = webhook.of("VpnDown", "firing")[0]
            labels = {name: critical["labels"].get(name) for name in ("severity", "host", "vpn", "job")}
            assert labels == {"severity": "critical", "host": "mediaserver", "vpn": vpn, "job": "acestream-vpn"}
            assert critical["annotations"]["runbook_url"] == "docs/runbooks/VpnDown.md"
            assert vpn in critical["annotations"]["summary"]
            assert webhook.of("VpnUnhealthy", "firing")[0]["startsAt"] < critical["startsAt"]
            others = [alert["labels"] for alert in webhook.told if alert["labels"].get("vpn") != vpn]
            assert [labels for labels in others if labels["severity"] != "info"] == [], "nothing about the other one"

            world.fault("provider-back", "--vpn", "1")
            until(lambda: webhook.of("VpnDown", "resolved"), "that it is over is told", 120)
            until(lambda: prometheus.alerts() & {"VpnDown", "VpnUnhealthy"} == set(), "nothing fires any more")

            until(lambda: webhook.of("ForwardedPortLost", "firing"), "the lost port is told", 120)
            assert webhook.of("ForwardedPortLost", "firing")[0]["labels"]["severity"] == "info"
            assert webhook.refused == 0
    for log in (prometheus.log, alertmanager.log):
        assert TOKEN not in log.read_text(encoding="utf-8")
