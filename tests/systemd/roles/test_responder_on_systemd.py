# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The responder on a real host, beside the path unit of the role schedule, all over TLS. The tests build on each other.

Alertmanager runs outside that host, with the configuration of the role monitoring.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
import trustme
import yaml

from lab.monitoring import Alertmanager, configure
from tests.lab.e2e.harness import docker, finish, until
from tests.systemd.roles.systemd_host import InnerLab, SystemdHost

UNIT, PATH_UNIT = "acestream-vpn-responder", "acestream-vpn-recover"
TOKEN, EXPORTER_TOKEN = "webhook-token-of-this-test", "exporter-token-of-this-test"
#: Where the certificates are on the host.
TLS = "/etc/ssl/of-the-test"
PORT = 5001


@dataclass(frozen=True)
class Webhook:
    """The responder's webhook, as somebody outside its host reaches it."""

    address: str
    ca: Path
    client: Path

    @property
    def url(self) -> str:
        return f"https://{self.address}:{PORT}/"

    def post(self, *alerts: dict, token: str = TOKEN) -> int:
        """The status code of the answer to a notification."""
        headers = {"Authorization": f"Bearer {token}"}
        body, tls = {"alerts": alerts}, {"verify": str(self.ca), "cert": str(self.client)}
        return requests.post(self.url, json=body, headers=headers, timeout=30, **tls).status_code

    def listens(self) -> bool:
        try:
            return self.post(token="wrong") == 401
        except requests.RequestException:
            return False


@pytest.fixture(scope="module")
def webhook(host: SystemdHost, tmp_path_factory: pytest.TempPathFactory) -> Webhook:
    """One authority for the exporter, the webhook and its client; what belongs on the host is there."""
    folder = tmp_path_factory.mktemp("tls")
    networks = json.loads(docker("inspect", host.container))[0]["NetworkSettings"]["Networks"]
    address = next(iter(networks.values()))["IPAddress"]
    ca = trustme.CA()
    server, client = ca.issue_cert("127.0.0.1", address), ca.issue_cert("alertmanager.example")
    ca.cert_pem.write_to_path(folder / "ca.pem")
    client.private_key_and_cert_chain_pem.write_to_path(folder / "client.pem")
    host.exec("mkdir", "-p", TLS)
    host.write(f"{TLS}/ca.pem", ca.cert_pem.bytes().decode())
    host.write(f"{TLS}/server.pem", b"".join(blob.bytes() for blob in server.cert_chain_pems).decode())
    host.write(f"{TLS}/server.key", server.private_key_pem.bytes().decode(), "0600")
    return Webhook(address, folder / "ca.pem", folder / "client.pem")


@pytest.fixture(scope="module")
def media(host: SystemdHost, lab: InnerLab, webhook: Webhook):
    """The host with a lab, exporter and schedule, and nothing of these roles before and after."""
    exporter = {
        "exporter_token": EXPORTER_TOKEN,
        "exporter_tls_certificate": f"{TLS}/server.pem",
        "exporter_tls_key": f"{TLS}/server.key",
    }
    host.variables.update(exporter)
    for role in ("exporter", "schedule"):
        done = host.run(role)
        assert done.code == 0, done.output
    yield host
    for role in ("responder", "schedule", "exporter"):
        host.run(role, "-e", f"{role}_state=absent", "-e", f"{role}_hosts=vpn_hosts")
    host.exec("rm", "-r", TLS)
    for name in exporter:
        del host.variables[name]


def install(host: SystemdHost):
    """Run the role; its runs are local ones, over the host that they run on."""
    local = {"ansible_connection": "local", "ansible_python_interpreter": "/usr/bin/python3"}
    inventory = host.folder / "responder-inventory.yml"
    hosts = {"media": {**local, **host.variables}}
    inventory.write_text(yaml.safe_dump({"vpn_hosts": {"hosts": hosts}}), encoding="utf-8")
    inventory.chmod(0o600)
    settings = {
        "responder_hosts": "vpn_hosts",
        "responder_inventory": [str(inventory)],
        "responder_token": TOKEN,
        "responder_address": "0.0.0.0",
        "responder_tls_certificate": f"{TLS}/server.pem",
        "responder_tls_key": f"{TLS}/server.key",
        "responder_client_ca": f"{TLS}/ca.pem",
        "responder_exporter_ca": f"{TLS}/ca.pem",
    }
    done = host.run("responder", "--diff", "-e", json.dumps(settings))
    assert done.code == 0, done.output
    for secret in (TOKEN, EXPORTER_TOKEN, host.variables["recovery_gluetuns"][0]["api_key"]):
        assert secret not in done.output
    return done


def recaps(host: SystemdHost, unit: str) -> tuple[int, int]:
    """How many runs a unit's journal shows the beginning of, and how many the end of."""
    said = host.journal(unit)
    return said.count("PLAY [Keep the AceStream"), said.count("PLAY RECAP")


def test_it_runs_hardened_under_systemd_and_a_second_run_changes_nothing(media, webhook):
    install(media)
    until(webhook.listens, "the webhook listens", 120)
    # First contact with the exporter, over TLS and with its token, starts a run.
    until(lambda: recaps(media, UNIT)[1] >= 1, "a first run, whatever was before", 120)
    assert_all_went_well(media, UNIT)
    assert media.exec("systemctl", "is-enabled", UNIT) == "enabled"
    assert media.exec("systemd-analyze", "verify", f"{UNIT}.service") == ""
    said = media.exec("systemd-analyze", "security", UNIT)
    score = float(re.search(r"exposure level for \S+: ([0-9.]+)", said)[1])
    print(f"systemd-analyze security {UNIT}: {score}")
    # docs/events.md states it.
    assert score <= 4.9
    before = media.exec("systemctl", "show", "--property=MainPID", UNIT)
    assert install(media).changed == 0
    assert media.exec("systemctl", "show", "--property=MainPID", UNIT) == before


def test_without_the_client_s_certificate_nobody_is_answered(webhook):
    assert webhook.post(token="wrong") == 401
    stranger = trustme.CA().issue_cert("alertmanager.example").private_key_and_cert_chain_pem
    with stranger.tempfile() as foreign:
        for certificate in (None, foreign):
            # A client of TLS 1.3 is refused after its part of the handshake, so that it may be told when it reads.
            with pytest.raises((requests.exceptions.SSLError, requests.ConnectionError)):
                requests.post(webhook.url, json={}, verify=str(webhook.ca), cert=certificate, timeout=30)
    with pytest.raises(requests.ConnectionError):
        requests.post(webhook.url.replace("https", "http"), json={}, timeout=30)
    assert webhook.listens(), "it goes on"


@pytest.fixture
def nothing_else(media):
    """Neither path unit nor timer, whose runs would leave nothing to do, or have the responder's leave all to them."""
    starters = (f"{PATH_UNIT}.path", f"{PATH_UNIT}.timer")
    media.exec("systemctl", "stop", *starters)
    until(lambda: idle(media), "no run is under way", 120)
    yield
    media.exec("systemctl", "start", *starters)


def test_events_alone_have_it_mend_the_host_that_it_is_on(media, lab, nothing_else):
    lab.restart_gluetun()
    until(lab.mended, "all work again", 120)
    until(lambda: f"Restarting {len(lab.engines)} engines on recovered VPN" in media.journal(UNIT), "it says so", 60)
    assert_all_went_well(media, UNIT)


def test_alertmanager_reaches_it_with_what_the_role_monitoring_writes(media, lab, webhook, nothing_else, tmp_path):
    configure(
        tmp_path,
        monitoring_targets=[{"host": "media", "address": "127.0.0.1:9811", "scheme": "https"}],
        monitoring_webhook_url=webhook.url,
        monitoring_webhook_token=TOKEN,
        monitoring_webhook_ca=str(webhook.ca),
        monitoring_webhook_client_certificate=str(webhook.client),
        monitoring_webhook_client_key=str(webhook.client),
        monitoring_group_wait=1,
    )
    said = "run started by: alert"
    assert said not in media.journal(UNIT)
    with Alertmanager(tmp_path) as alertmanager:
        requests.post(alertmanager.url + "/api/v2/alerts", json=[alert(lab)], timeout=10).raise_for_status()
        until(lambda: said in media.journal(UNIT), "its notification starts a run", 120)
    assert TOKEN not in media.journal(UNIT)


def alert(lab: InnerLab) -> dict:
    """As Alertmanager is told of it."""
    return {"labels": {"alertname": "VpnDown", "severity": "critical", "host": "media", "vpn": lab.gluetun}}


@pytest.mark.full
def test_path_unit_events_alerts_and_a_person_at_once_restart_each_engine_once(media, lab, webhook):
    firing = {"status": "firing", **alert(lab)}
    resolved = {**firing, "status": "resolved"}
    late = {**firing, "startsAt": "2020-01-01T00:00:00Z"}
    until(lambda: idle(media), "no run is under way", 120)
    assert media.exec("systemctl", "is-active", f"{PATH_UNIT}.path", f"{PATH_UNIT}.timer").split() == ["active"] * 2
    event, responder = f"{PATH_UNIT}@event.service", UNIT
    before = {unit: recaps(media, unit)[0] for unit in (event, responder)}
    with lab.starts() as starts:
        assert webhook.post(resolved) == 200
        lab.restart_gluetun()
        person = media.start_run("recover", "-e", "recovery_trigger=manual")
        assert webhook.post(firing) == webhook.post(firing, firing, resolved) == 200
        until(lab.mended, "all work again", 120)
        assert webhook.post(late) == webhook.post(firing, late) == 200
        assert finish(person).code == 0
        until(lambda: idle(media), "what was begun has ended", 180)
    assert starts == dict.fromkeys([lab.gluetun, *lab.engines], 1)
    assert all(recaps(media, unit)[0] > before[unit] for unit in (event, responder)), "both came"
    triggers = {line["trigger"] for line in lab.journal() if "trigger" in line}
    assert triggers <= {"alert", "event", "manual", "schedule"}
    assert_all_went_well(media, event, responder)


def assert_all_went_well(host: SystemdHost, *units: str) -> None:
    """No run that a unit started failed, or did not get at its host."""
    for unit in units:
        said = host.journal(unit)
        results = re.findall(r"unreachable=(\d+) +failed=(\d+)", said)
        assert set(results) == {("0", "0")}, said


def idle(host: SystemdHost) -> bool:
    """No run of any kind has been under way for five seconds."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        begun, ended = recaps(host, UNIT)
        states = host.exec("systemctl", "is-active", f"{PATH_UNIT}@event", f"{PATH_UNIT}@schedule", check=False)
        if begun != ended or "activ" in states.replace("inactive", ""):
            return False
        time.sleep(0.5)
    return True
