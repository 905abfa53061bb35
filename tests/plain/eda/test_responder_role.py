# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role responder, installed into a folder; then its unit's own command line is run as it stands."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import sysconfig
import threading
import time
from pathlib import Path

import pytest
import requests
import yaml

from lab.monitoring import free_port
from tests.plain.eda.plugin import ROOT

TOKEN, EXPORTER_TOKEN, API_KEY = "webhook-token-of-this-test", "exporter-token-of-this-test", "api-key-of-this-test"
BIN = Path(sys.executable).parent
ROLE = ROOT / "collections/ansible_collections/acestream/vpn/roles/responder"


class Installed:
    """The role's files in one folder, and runs of its playbook."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.exporter_port = folder, free_port(), free_port()
        self.settings = {
            "responder_directory": str(folder / "opt"),
            "responder_config_directory": str(folder / "etc"),
            "responder_state_directory": str(folder / "var"),
            "responder_unit_directory": str(folder / "units"),
            "responder_python": sys.executable,
            "responder_service": False,
            "responder_install_packages": False,
            "responder_port": self.port,
            "responder_token": TOKEN,
            "recovery_state_dir": str(folder / "state"),
        }
        (folder / "units").mkdir()
        self._environment()
        local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        gluetuns = [{"name": "acestream-vpn-is-nowhere", "api_key": API_KEY}]
        host = {**local, "recovery_gluetuns": gluetuns, "recovery_watch_for": 1, "exporter_token": EXPORTER_TOKEN}
        host |= {"exporter_port": self.exporter_port, "recovery_state_dir": str(folder / "state")}
        groups = {"vpn_hosts": {"hosts": {"mediaserver": host}}, "responder": {"hosts": {"mediaserver": None}}}
        (folder / "inventory.yml").write_text(yaml.safe_dump(groups), encoding="utf-8")

    def _environment(self) -> None:
        """The libraries of these tests stand for those that pip would get: they are the same, see below."""
        listed = (ROLE / "files/requirements.txt").read_text(encoding="utf-8").rstrip()
        digest = hashlib.sha256((listed + sys.executable).encode()).hexdigest()[:12]
        venv = self.folder / f"opt/venv-{digest}"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
        (venv / "complete").touch()
        inside = venv / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages/tests.pth"
        inside.write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
        for name in BIN.glob("ansible*"):
            (venv / "bin" / name.name).symlink_to(name)

    def run(self, *options: str, **settings: object) -> subprocess.CompletedProcess:
        words = [str(BIN / "ansible-playbook"), "-i", str(self.folder / "inventory.yml"), "playbooks/responder.yml"]
        given = json.dumps({**self.settings, **settings})
        environment = {**os.environ, "ANSIBLE_NOCOLOR": "1"}
        return subprocess.run(
            [*words, "-e", given, *options], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    def unit(self) -> dict[str, str]:
        text = (self.folder / "units/acestream-vpn-responder.service").read_text(encoding="utf-8")
        return dict(line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    made = Installed(tmp_path_factory.mktemp("responder"))
    done = made.run("--diff")
    assert done.returncode == 0, done.stdout + done.stderr
    made.first = done.stdout
    return made


def test_a_second_run_changes_nothing_and_no_secret_is_shown(installed):
    for options in ((), ("--check", "--diff")):
        done = installed.run("-v", *options)
        assert done.returncode == 0, done.stdout + done.stderr
        assert re.search(r"changed=0\b", done.stdout), done.stdout
        for secret in (TOKEN, EXPORTER_TOKEN, API_KEY):
            assert secret not in installed.first + done.stdout + done.stderr


def test_what_may_hold_a_secret_is_for_its_owner_alone(installed):
    files = [path for path in (installed.folder / "etc").rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"vars.yml", "rulebook.yml", "alerts.json", "environment", "receiver.yml"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    holders = {path.name for path in files if TOKEN in path.read_text(encoding="utf-8")}
    assert holders == {"vars.yml", "receiver.yml"}
    assert (installed.folder / "etc/tokens/mediaserver").read_text(encoding="utf-8") == EXPORTER_TOKEN + "\n"
    receiver = yaml.safe_load((installed.folder / "etc/receiver.yml").read_text(encoding="utf-8"))
    assert receiver == {
        "monitoring_webhook_url": f"http://127.0.0.1:{installed.port}/",
        "monitoring_webhook_token": TOKEN,
    }


def test_its_rulebook_is_that_of_the_collection_and_nothing_in_it_is_rendered_early(installed):
    found = yaml.safe_load((installed.folder / "etc/rulebook.yml").read_text(encoding="utf-8"))
    folder = ROLE.parents[1] / "extensions/eda/rulebooks"
    parts = [yaml.safe_load((folder / f"{name}.yml").read_text(encoding="utf-8")) for name in ("watch", "alertmanager")]
    assert found == parts[0] + parts[1]
    table = json.loads((installed.folder / "etc/alerts.json").read_text(encoding="utf-8"))
    assert [place.get("vpn", "") for place in table["places"]] == ["acestream-vpn-is-nowhere", ""]


def test_tls_client_certificates_and_awx_come_into_the_rulebook(tmp_path):
    made = Installed(tmp_path)
    tls = {"responder_tls_certificate": "/a.pem", "responder_tls_key": "/b.pem", "responder_client_ca": "/c.pem"}
    tls |= {"exporter_tls_certificate": "/e.pem", "responder_exporter_ca": "/d.pem"}
    awx = {"responder_action": "job_template", "responder_controller_url": "https://awx.example"}
    done = made.run(responder_controller_token="awx-token-of-this-test", **tls, **awx)
    assert done.returncode == 0, done.stdout + done.stderr
    watch, answer = yaml.safe_load((tmp_path / "etc/rulebook.yml").read_text(encoding="utf-8"))
    webhook = answer["sources"][0]["eda.builtin.webhook"]
    assert [webhook[name] for name in ("certfile", "keyfile", "cafile")] == ["/a.pem", "/b.pem", "/c.pem"]
    assert "token" in webhook
    (followed,) = yaml.safe_load((tmp_path / "etc/vars.yml").read_text(encoding="utf-8"))["acestream_exporters"]
    assert (followed["url"], followed["ca_file"]) == (f"https://127.0.0.1:{made.exporter_port}", "/d.pem")
    assert all("run_job_template" in ruleset["rules"][0]["action"] for ruleset in (watch, answer))
    assert "--inventory" not in made.unit()["ExecStart"]
    assert made.unit()["CapabilityBoundingSet"] == ""
    assert "EDA_CONTROLLER_TOKEN=awx-token-of-this-test" in (tmp_path / "etc/environment").read_text(encoding="utf-8")
    done = made.run(responder_state="absent")
    assert done.returncode == 0, done.stdout + done.stderr
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["inventory.yml", "units"]
    assert list((tmp_path / "units").iterdir()) == []
    assert "changed=0" in made.run(responder_state="absent").stdout


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"responder_token": "two words of this test"}, "openssl rand"),
        ({"responder_hosts_group": "nobody"}, "responder_hosts_group"),
        ({"responder_tls_certificate": "/a.pem"}, "responder_tls_key"),
        ({"responder_action": "job_template"}, "responder_controller_url"),
        ({"responder_java": "/nowhere/java"}, "Java 17"),
        ({"responder_alert_places": [{"host": "all", "labels": {"a": "b"}}]}, "one host's name"),
    ],
)
def test_what_cannot_work_is_said_before_it_is_installed(installed, settings, said):
    done = installed.run(**settings)
    assert done.returncode == 2
    assert said in done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_unit_is_what_systemd_accepts_and_is_hardened(installed):
    unit = installed.folder / "units/acestream-vpn-responder.service"
    verified = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    own = [line for line in verified.stderr.splitlines() if "acestream-vpn" in line]
    assert own == []
    words = ["systemd-analyze", "security", "--offline=true", str(unit)]
    scored = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    score = float(re.search(r"exposure level[^0-9]*([0-9.]+)", scored)[1])
    assert score < 5.0, scored


def test_the_unit_s_own_command_line_answers_an_alert_with_a_run(installed):
    """As systemd would start it: that command, that environment and no other."""
    given = shlex.split((installed.folder / "etc/environment").read_text(encoding="utf-8"), comments=True)
    process = subprocess.Popen(
        shlex.split(installed.unit()["ExecStart"]),
        cwd=installed.unit()["WorkingDirectory"],
        env=dict(item.split("=", 1) for item in given),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(process.stdout), daemon=True)
    reader.start()
    url = f"http://127.0.0.1:{installed.port}/"
    labels = {"alertname": "VpnDown", "host": "mediaserver", "vpn": "acestream-vpn-is-nowhere"}
    body = {"alerts": [{"status": "firing", "labels": labels}]}

    def until(condition, what):
        deadline = time.monotonic() + 90
        while not condition():
            assert time.monotonic() < deadline, f"{what}: {''.join(lines)}"
            assert process.poll() is None, "".join(lines)
            time.sleep(0.1)

    def posted(token):
        try:
            headers = {"Authorization": f"Bearer {token}"}
            return requests.post(url, json=body, headers=headers, timeout=30).status_code
        except (requests.ConnectionError, requests.Timeout):
            return None

    try:
        until(lambda: posted("wrong") == 401, "it listens")
        assert posted(TOKEN) == 200
        until(lambda: any("PLAY RECAP" in line for line in lines), "a run")
        said = "".join(lines)
        assert "PLAY [Keep the AceStream engines working]" in said
        assert re.search(r"mediaserver +: ok=", said)
        for secret in (TOKEN, EXPORTER_TOKEN, API_KEY):
            assert secret not in said
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def test_its_libraries_are_those_that_are_tested():
    own = (ROLE / "files/requirements.txt").read_text(encoding="utf-8").splitlines()
    ours = "".join((ROOT / f"requirements{part}.txt").read_text(encoding="utf-8") for part in ("", "-demo"))
    assert [line for line in own if line and not line.startswith("#") and line not in ours.splitlines()] == []
