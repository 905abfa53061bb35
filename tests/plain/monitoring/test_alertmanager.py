# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alertmanager's configuration, checked by amtool: who is told of what, and what is not said twice."""

from __future__ import annotations

import subprocess

import pytest
import yaml

from lab.monitoring import configure, tool
from tests.plain.monitoring.conftest import SETTINGS

MAIL = {"name": "mail", "severities": ["critical"], "email_configs": [{"to": "me@example.org"}]}
CHAT = {"name": "chat", "webhook_configs": [{"url": "http://127.0.0.1:5001/"}]}
TLS = {
    "monitoring_webhook_ca": "/etc/ssl/ca.pem",
    "monitoring_webhook_client_certificate": "/etc/ssl/client.pem",
    "monitoring_webhook_client_key": "/etc/ssl/client.key",
}
GLOBAL = {"smtp_smarthost": "localhost:25", "smtp_from": "me@example.org", "smtp_auth_password": "the-mail-password"}


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    """The folder and what the playbook printed, with receivers beside a webhook that asks for a certificate."""
    folder = tmp_path_factory.mktemp("receivers")
    said = configure(
        folder,
        "--diff",
        "-vvv",
        monitoring_receivers=[MAIL, CHAT],
        monitoring_alertmanager_global=GLOBAL,
        **SETTINGS,
        **TLS,
    )
    return folder, said


def amtool(*words: str) -> str:
    done = subprocess.run([tool("amtool"), *words], capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def receivers(folder, **labels: str) -> str:
    words = [f"{name}={value}" for name, value in labels.items()]
    return amtool("config", "routes", "test", f"--config.file={folder}/alertmanager.yml", *words)


def document(folder) -> dict:
    return yaml.safe_load((folder / "alertmanager.yml").read_text(encoding="utf-8"))


def test_amtool_accepts_it_with_and_without_receivers(rendered, several, tmp_path):
    bare = {**SETTINGS, "monitoring_webhook_url": "", "monitoring_webhook_token": ""}
    configure(tmp_path, **bare)
    for folder, count in ((rendered, 2), (several[0], 4), (tmp_path, 1)):
        said = amtool("check-config", str(folder / "alertmanager.yml"))
        assert f"{count} receivers" in said
        assert "2 inhibit rules" in said
    assert receivers(tmp_path, severity="critical") == "nobody"


def test_each_receiver_gets_the_severities_it_asked_for(rendered, several):
    for severity in ("critical", "warning", "info"):
        assert receivers(rendered, severity=severity, host="h", vpn="a") == "acestream-vpn"
    folder, _said = several
    assert receivers(folder, severity="critical", host="h", vpn="a") == "acestream-vpn,mail,chat"
    assert receivers(folder, severity="warning", host="h", vpn="a") == "acestream-vpn,chat"
    assert receivers(folder, severity="info", host="h") == "acestream-vpn,chat"
    assert receivers(folder, severity="other") == "nobody"


def test_alerts_are_grouped_by_host_and_vpn_and_info_is_not_repeated(rendered):
    route = document(rendered)["route"]
    assert route["group_by"] == ["host", "vpn"]
    assert (route["group_wait"], route["repeat_interval"]) == ("5s", "14400s")
    repeats = {child["matchers"][0]: child["repeat_interval"] for child in route["routes"]}
    # The webhook starts a run each time, and one run does not see a long outage through.
    assert repeats == {'severity="critical"': "120s", 'severity="warning"': "120s", 'severity="info"': "1y"}


def test_persons_are_told_less_often_than_the_webhook(several):
    folder, _said = several
    repeats = {child["receiver"]: child.get("repeat_interval") for child in document(folder)["route"]["routes"][::-1]}
    assert repeats == {"acestream-vpn": "120s", "mail": None, "chat": None}


def test_the_webhook_sends_its_token_from_a_file_and_tells_the_end(rendered):
    (webhook,) = [item for item in document(rendered)["receivers"] if item["name"] == "acestream-vpn"]
    (config,) = webhook["webhook_configs"]
    token = rendered / "acestream-vpn/webhook.token"
    assert config["send_resolved"] is True
    assert config["http_config"] == {"authorization": {"credentials_file": str(token)}}
    assert token.read_text(encoding="utf-8") == "the-webhooks-own\n"


def test_the_webhook_s_authority_and_a_client_certificate_are_given(several):
    (webhook,) = [item for item in document(several[0])["receivers"] if item["name"] == "acestream-vpn"]
    (config,) = webhook["webhook_configs"]
    assert config["http_config"]["tls_config"] == {
        "ca_file": TLS["monitoring_webhook_ca"],
        "cert_file": TLS["monitoring_webhook_client_certificate"],
        "key_file": TLS["monitoring_webhook_client_key"],
    }
    assert "authorization" in config["http_config"]


def test_no_secret_is_printed_and_files_with_secrets_are_not_for_others(several):
    folder, said = several
    for secret in ("the-webhooks-own", "the-exporters-own", "the-mail-password"):
        assert secret not in said
    for path in (
        "alertmanager.yml",
        "prometheus.yml",
        "acestream-vpn/exporter.token",
        "acestream-vpn/webhook.token",
        "acestream-vpn/rules.yml",
    ):
        assert (folder / path).stat().st_mode & 0o777 == 0o640, path
