# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exporter, Prometheus, Alertmanager and ansible-rulebook over one lab, configured by the collection's own roles."""

from __future__ import annotations

import json
import secrets
import shutil
from contextlib import ExitStack

import requests

from lab import files
from lab.exporter import Exporter
from lab.monitoring import Alertmanager, Prometheus, configure, free_port
from lab.rulebook import Rulebook

#: What the engines' loss is called by the rules of the role monitoring.
ALERT = "EnginesHidden"
#: How the host is called by Prometheus, and in the lab's inventory.
HOST, INVENTORY_HOST = "mediaserver", "lab"


class AlertChain:
    """Everything between a Gluetun and a recovery run, started in order and stopped in the other one.

    :ivar exporter, prometheus, alertmanager, responder: the parts, running.
    """

    def __init__(self, prefix: str, gluetuns: list[str]) -> None:
        """:param prefix: of the lab; it works.

        :param gluetuns: the names of its Gluetuns.
        """
        self._prefix = prefix
        self._gluetuns = gluetuns
        self._folder = files.folder(prefix) / "alerts"
        self._token = secrets.token_hex(16)

    def __enter__(self) -> AlertChain:
        # Alerts of an earlier demonstration would be told again.
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(mode=0o700)
        with ExitStack() as parts:
            self.exporter = parts.enter_context(Exporter(self._prefix))
            port = free_port()
            self._webhook = f"http://127.0.0.1:{port}/"
            self.alertmanager = Alertmanager(self._folder)
            self._configure()
            self.responder = parts.enter_context(self._responder(port))
            parts.enter_context(self.alertmanager)
            self.prometheus = parts.enter_context(Prometheus(self._folder))
            self._parts = parts.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        self._parts.close()

    def healthy(self, gluetun: str) -> bool:
        """What the exporter says of a VPN."""
        status = requests.get(self.exporter.url + "/vpn/status", timeout=10).json()
        vpns = [vpn for name, vpn in status.items() if name.startswith("vpn") and vpn]
        return any(vpn["container"] == gluetun and vpn["verdict"] == "healthy" for vpn in vpns)

    def listens(self) -> bool:
        """Whether the responder takes notifications: it refuses one that has no token."""
        try:
            return requests.post(self._webhook, timeout=5).status_code == 401
        except requests.RequestException:
            return False

    def _configure(self) -> None:
        configure(
            self._folder,
            monitoring_targets=[{"host": HOST, "address": self.exporter.url.partition("//")[2]}],
            monitoring_webhook_url=self._webhook,
            monitoring_webhook_token=self._token,
            monitoring_alertmanagers=[f"127.0.0.1:{self.alertmanager.port}"],
        )

    def _responder(self, port: int) -> Rulebook:
        places = [
            {"host": INVENTORY_HOST, "vpn": gluetun, "labels": {"host": HOST, "vpn": gluetun}}
            for gluetun in self._gluetuns
        ]
        table = self._folder / "alerts.json"
        files.write(table, json.dumps({"alerts": [ALERT, "VpnDown"], "places": places}))
        variables = {"acestream_webhook_token": self._token, "acestream_webhook_port": port}
        return Rulebook(
            "acestream.vpn.alertmanager",
            self._folder,
            variables,
            files.folder(self._prefix) / "inventory.yml",
            environment={"ACESTREAM_VPN_ALERT_TABLE": str(table)},
            options=("--print-events",),
        )
