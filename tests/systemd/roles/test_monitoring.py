# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role monitoring on a real host: packages, services, a second run, a change, and its removal."""

from __future__ import annotations

import json

import pytest

from tests.lab.e2e.harness import until
from tests.systemd.roles.systemd_host import SystemdHost

SERVICES = ("prometheus", "prometheus-alertmanager")
SECRETS = ("the-exporters-own", "the-webhooks-own")


@pytest.fixture
def host(tmp_path):
    """One of its own, for it gets packages that others do not want."""
    with SystemdHost("monitoring", tmp_path) as running:
        yield running


def play(host: SystemdHost, **variables: object):
    settings = {
        "monitoring_hosts": "vpn_hosts",
        "monitoring_exporter_token": SECRETS[0],
        "monitoring_webhook_token": SECRETS[1],
        "monitoring_webhook_url": "http://127.0.0.1:5000/alerts",
        **variables,
    }
    run = host.run("monitoring", "--diff", "--extra-vars", json.dumps(settings))
    assert run.code == 0, run.output
    assert not [secret for secret in SECRETS if secret in run.output]
    return run


def get(host: SystemdHost, port: int, path: str) -> dict:
    read = f"import urllib.request as r; print(r.urlopen('http://127.0.0.1:{port}{path}', timeout=10).read().decode())"
    return json.loads(host.exec("python3", "-c", read))


def rules(host: SystemdHost) -> dict[str, str]:
    """Each alert's expression, as Prometheus has it."""
    (group,) = get(host, 9090, "/api/v1/rules?type=alert")["data"]["groups"]
    return {rule["name"]: rule["query"] for rule in group["rules"]}


def test_it_is_installed_works_changes_nothing_again_and_is_removed(host):
    # As on any host that is looked after: Debian knows of its packages.
    host.exec("apt-get", "-qq", "update")
    assert play(host).changed > 0
    assert host.exec("systemctl", "is-active", *SERVICES).split() == ["active"] * 2
    assert host.exec("systemctl", "is-enabled", *SERVICES).split() == ["enabled"] * 2
    until(lambda: get(host, 9090, "/api/v1/targets")["data"]["activeTargets"], "the exporter is a target")
    (target,) = get(host, 9090, "/api/v1/targets")["data"]["activeTargets"]
    assert target["labels"]["host"] == "media"
    assert rules(host)["VpnDown"].startswith("vpn:acestream_vpn_outage_seconds:held > 60")
    known = get(host, 9090, "/api/v1/alertmanagers")["data"]["activeAlertmanagers"]
    assert [item["url"] for item in known] == ["http://127.0.0.1:9093/api/v2/alerts"]
    assert get(host, 9093, "/api/v2/status")["cluster"]["status"] == "disabled"
    listening = host.exec("ss", "--listening", "--numeric", "--tcp", "--no-header")
    addresses = sorted(line.split()[3] for line in listening.splitlines())
    assert [address for address in addresses if ":909" in address] == ["127.0.0.1:9090", "127.0.0.1:9093"]
    # The services read the tokens, nobody else does.
    tokens = "/etc/prometheus/acestream-vpn/webhook.token"
    assert host.exec("stat", "--format", "%U:%G %a", tokens) == "root:prometheus 640"
    assert host.exec("runuser", "--user", "prometheus", "cat", tokens) == SECRETS[1]
    assert "Permission denied" in host.exec("runuser", "--user", "nobody", "cat", tokens, check=False)

    assert play(host).changed == 0

    began = host.exec("systemctl", "show", "--property=MainPID", *SERVICES)
    assert play(host, monitoring_critical_after=90).changed > 0
    until(lambda: "> 90" in rules(host)["VpnDown"], "Prometheus has the new threshold")
    assert host.exec("systemctl", "show", "--property=MainPID", *SERVICES) == began, "reloaded, not restarted"

    assert play(host, monitoring_state="absent").changed > 0
    assert host.exec("grep", "--recursive", "acestream", "/etc/prometheus", "/etc/systemd", check=False) == ""
    # Images have no manuals; what counts is that the packages' own configuration is back.
    assert [line for line in host.exec("dpkg", "--verify", *SERVICES).splitlines() if "/etc/" in line] == []
    assert host.exec("systemctl", "is-active", *SERVICES).split() == ["active"] * 2
