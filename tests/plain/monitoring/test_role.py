# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role, run for real into a folder: again, removed, beside somebody's own Prometheus, and with mistakes."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
import yaml

from lab.errors import LabError
from lab.monitoring import configure, tool
from tests.plain.monitoring.conftest import SETTINGS, TOKENS

THEIRS = "# Somebody's own.\nglobal: {scrape_interval: 1m}\n"


def changed(said: str) -> int:
    return int(re.search(r"changed=(\d+)", said)[1])


def files(folder) -> dict[str, tuple[str, int]]:
    """Every file with what it holds and its mode."""
    return {
        str(path.relative_to(folder)): (path.read_text(encoding="utf-8"), path.stat().st_mode)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.full
def test_a_second_run_changes_nothing_and_absent_puts_back_what_was_there(tmp_path):
    folder, grafana = tmp_path / "etc", tmp_path / "grafana"
    folder.mkdir()
    (folder / "prometheus.yml").write_text(THEIRS, encoding="utf-8")
    (folder / "mine.yml").write_text("groups: []\n", encoding="utf-8")
    before = files(tmp_path)
    settings = {
        **SETTINGS,
        "monitoring_grafana_dashboards": str(grafana / "dashboards"),
        "monitoring_grafana_provisioning": str(grafana / "provisioning"),
        "monitoring_prometheus_extra": {
            "scrape_configs": [{"job_name": "mine"}],
            "rule_files": [str(folder / "mine.yml")],
        },
    }
    assert changed(configure(folder, **settings)) > 0
    written = files(tmp_path)
    config = yaml.safe_load(written["etc/prometheus.yml"][0])
    assert [job["job_name"] for job in config["scrape_configs"]] == ["acestream-vpn", "mine"]
    assert config["rule_files"] == [str(folder / "acestream-vpn/rules.yml"), str(folder / "mine.yml")]
    assert written["etc/prometheus.yml.before-acestream-vpn"] == before["etc/prometheus.yml"]
    assert json.loads(written["grafana/dashboards/acestream-vpn.json"][0])["panels"]
    provider = yaml.safe_load(written["grafana/provisioning/acestream-vpn.yml"][0])
    assert provider["providers"][0]["options"]["path"] == str(grafana / "dashboards")
    assert changed(configure(folder, **settings)) == 0
    assert files(tmp_path) == written
    assert changed(configure(folder, "--check", **settings, monitoring_state="absent")) > 0
    assert files(tmp_path) == written
    assert changed(configure(folder, **settings, monitoring_state="absent")) > 0
    assert files(tmp_path) == before
    assert changed(configure(folder, **settings, monitoring_state="absent")) == 0


@pytest.mark.full
def test_beside_a_prometheus_of_ones_own_it_writes_what_to_include_and_says_so(tmp_path):
    (tmp_path / "prometheus.yml").write_text(THEIRS, encoding="utf-8")
    own = {**SETTINGS, "monitoring_exporter_ca": "/etc/ssl/certs/ca-certificates.crt"}
    alone = {"monitoring_manage_prometheus": False, "monitoring_manage_alertmanager": False}
    configure(tmp_path, **own)
    said = configure(tmp_path, **own, **alone)
    assert (tmp_path / "prometheus.yml").read_text(encoding="utf-8") == THEIRS, "given back"
    assert set(files(tmp_path)) == {
        "prometheus.yml",
        *(f"acestream-vpn/{name}.yml" for name in ("rules", "targets", "scrape")),
        *(f"acestream-vpn/{name}.token" for name in ("exporter", "webhook")),
    }
    for name in ("rules.yml", "scrape.yml"):
        assert str(tmp_path / "acestream-vpn" / name) in said
    scrape = yaml.safe_load((tmp_path / "acestream-vpn/scrape.yml").read_text(encoding="utf-8"))
    (job,) = scrape["scrape_configs"]
    assert job["authorization"] == {"credentials_file": str(tmp_path / "acestream-vpn/exporter.token")}
    assert job["tls_config"] == {"ca_file": own["monitoring_exporter_ca"]}
    # As somebody would include it who has an older Prometheus.
    included = tmp_path / "included.yml"
    included.write_text(yaml.safe_dump({**scrape, "rule_files": [str(tmp_path / "acestream-vpn/rules.yml")]}))
    done = subprocess.run([tool("promtool"), "check", "config", str(included)], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.full
def test_the_exporters_are_those_of_the_inventory(tmp_path):
    inventory = tmp_path / "inventory.yml"
    hosts = {
        "near": {"ansible_host": "192.0.2.7", "exporter_address": "0.0.0.0"},
        "far": {"exporter_address": "fd00::7", "exporter_port": 9000, "exporter_tls_certificate": "/etc/tls.pem"},
        "localhost": {},
    }
    inventory.write_text(yaml.safe_dump({"vpn_hosts": {"hosts": hosts}}, sort_keys=False), encoding="utf-8")
    configure(tmp_path / "etc", f"--inventory={inventory}", monitoring_targets_group="vpn_hosts", **TOKENS)
    targets = yaml.safe_load((tmp_path / "etc/acestream-vpn/targets.yml").read_text(encoding="utf-8"))
    assert [(target["targets"], target["labels"]) for target in targets] == [
        (["[fd00::7]:9000"], {"host": "far", "__scheme__": "https"}),
        (["127.0.0.1:9811"], {"host": "localhost", "__scheme__": "http"}),
        (["192.0.2.7:9811"], {"host": "near", "__scheme__": "http"}),
    ]
    hosts["near"].pop("exporter_address")
    inventory.write_text(yaml.safe_dump({"vpn_hosts": {"hosts": hosts}}, sort_keys=False), encoding="utf-8")
    with pytest.raises(LabError, match="exporter of near listens on loopback alone"):
        configure(tmp_path / "etc", f"--inventory={inventory}")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"monitoring_targets": [], "monitoring_targets_group": "nobody"}, "There is no exporter to read"),
        ({"monitoring_receivers": [{"name": "nobody"}]}, "needs a name of its own"),
        ({"monitoring_webhook_client_key": "/etc/ssl/k.pem"}, "monitoring_webhook_client_key, or none of them"),
        ({"monitoring_alertmanager_global": {"no_such": 1}}, "amtool does not accept alertmanager.yml"),
    ],
)
def test_a_mistake_is_named_and_what_runs_is_left_as_it_was(wrong, said, tmp_path):
    with pytest.raises(LabError) as raised:
        configure(tmp_path, **{**SETTINGS, **wrong})
    assert said in re.sub(r"\s+", " ", str(raised.value))
    assert not (tmp_path / "alertmanager.yml").exists()
