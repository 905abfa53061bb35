# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role exporter on a real host: as a systemd service, and as a container. The tests build on each other."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.lab.e2e.harness import ROOT, until
from tests.systemd.roles.systemd_host import InnerLab, SystemdHost

UNIT = "acestream-vpn-exporter"
TOKEN = "token-of-the-test-of-the-role"
PLAIN = "http://127.0.0.1:9811"
COLLECTION = "collections/ansible_collections/acestream/vpn"
#: Asks like a program on the host, and prints status and body.
ASK = "import requests, sys; r = requests.get(sys.argv[1], headers=dict(a.split('=', 1) for a in sys.argv[3:]), "
ASK += "verify=sys.argv[2] or True, timeout=10); print(r.status_code, r.text)"


@pytest.fixture(scope="module")
def media(host: SystemdHost, lab: InnerLab):
    """The host with a lab, and nothing of the exporter's before and after."""
    yield host
    host.run("exporter", "-e", "exporter_state=absent")


def ask(host: SystemdHost, path: str, url: str = PLAIN, token: str = "", certificate: str = "") -> tuple[int, str]:
    headers = [f"Authorization=Bearer {token}"] if token else []
    said = host.exec("python3", "-c", ASK, url + path, certificate, *headers, check=False)
    code, _space, body = said.partition(" ")
    return (int(code), body) if code.isdigit() else (0, said)


def serves(host: SystemdHost, lab: InnerLab, **options: str) -> None:
    """It answers with documents of the lab, whose tunnel it looks through."""
    until(lambda: ask(host, "/readyz", **options)[0] == 200, "it is ready", 120)

    def shown() -> list[str]:
        engines = json.loads(ask(host, "/engines", **options)[1])
        return sorted(engine["container_name"] for engine in engines)

    until(lambda: shown() == lab.engines, "all engines are shown", 120)
    (vpn,) = [vpn for name, vpn in json.loads(ask(host, "/vpn/status", **options)[1]).items() if name == "vpn1"]
    assert (vpn["container_name"], vpn["verdict"], vpn["public_ip"]) == (lab.gluetun, "healthy", "203.0.113.7")


def looks_by_entering(host: SystemdHost) -> None:
    """It enters the namespaces itself: in Docker, nothing is executed but Docker's own health checks."""
    commands = host.exec(
        "timeout", "7", "docker", "events", "--filter", "event=exec_create", "--format", "{{.Action}}", check=False
    ).splitlines()
    assert commands, "the health checks at least"
    assert [line for line in commands if "/bin/sh -c " not in line] == []


def traces(host: SystemdHost) -> list[str]:
    """All that a role of this collection may have put on the host, but for the state directory."""
    return host.exec("find", "/etc", "/opt", "/usr/share", "-xdev", "-path", "*acestream*").splitlines()


def pid(host: SystemdHost) -> int:
    return int(host.exec("systemctl", "show", "--property=MainPID", "--value", UNIT))


def run(host: SystemdHost, *options: str, token: str = TOKEN):
    done = host.run("exporter", "--diff", "-e", f"exporter_token={token}", *options)
    assert done.code == 0, done.output
    for secret in (token, host.variables["recovery_gluetuns"][0]["api_key"]):
        assert not secret or secret not in done.output
    return done


def test_a_new_host_is_told_what_would_be_done_and_nothing_is(media):
    assert run(media, "--check").changed > 0
    assert traces(media) == []
    assert media.exec("systemctl", "is-active", UNIT, check=False) == "inactive"


def test_it_runs_hardened_and_serves(media, lab):
    run(media)
    serves(media, lab, token=TOKEN)
    assert ask(media, "/engines")[0] == 401
    looks_by_entering(media)
    assert media.exec("systemctl", "is-enabled", UNIT) == "enabled"
    assert media.exec("systemd-analyze", "verify", f"{UNIT}.service") == ""
    score = float(re.search(r"exposure level for \S+: ([0-9.]+)", media.exec("systemd-analyze", "security", UNIT))[1])
    print(f"systemd-analyze security {UNIT}: {score}")
    # docs/exporter-role.md states it.
    assert score <= 2.9
    modes = media.exec("stat", "--format=%a", "/etc/acestream-vpn/exporter.json", "/etc/acestream-vpn/exporter.token")
    assert modes.split() == ["600", "600"]
    assert media.exec("find", "/opt/acestream-vpn-exporter", "-path", "*/lib-*", "-name", "__pycache__") == ""


def test_a_second_run_and_its_check_change_nothing(media):
    before = pid(media)
    assert run(media).changed == 0
    assert run(media, "--check").changed == 0
    assert pid(media) == before


def test_status_reads_its_documents_and_looks_itself_where_it_gives_none(media, lab, tmp_path):
    options = ["-e", f"status_url={PLAIN}", "-e", f"output_file={tmp_path}/status.json"]
    done = media.run("status", *options, "-e", f"status_token={TOKEN}")
    assert re.search(rf"from the exporter at {PLAIN}, checked [0-9]+ s ago", done.output), done.output
    document = json.loads((tmp_path / "status.json").read_text(encoding="utf-8"))["media"]
    assert document["verdicts"] == {lab.gluetun: "healthy"}
    assert {name for name, engine in document["engines"].items() if engine["shown"]} == set(lab.engines)
    assert all(line in done.output for line in document["table"])
    lines = done.output.splitlines()
    (first,) = [number for number, line in enumerate(lines) if "VERDICT" in line]
    assert max(map(len, lines[first : first + len(document["table"])])) <= 80, done.output
    fallen_back = media.run("status", *options, "-e", "status_token=another-word")
    assert (done.code, fallen_back.code) == (0, 0)
    assert "gives no documents (HTTP 401" in fallen_back.output
    assert "from a look, checked 0 s ago" in fallen_back.output
    assert (
        json.loads((tmp_path / "status.json").read_text(encoding="utf-8"))["media"]["verdicts"] == document["verdicts"]
    )
    assert TOKEN not in done.output
    assert "another-word" not in fallen_back.output


def test_it_comes_back_after_it_was_killed(media, lab):
    before = pid(media)
    media.exec("kill", "-9", str(before))
    until(lambda: pid(media) not in (0, before), "systemd has started it again", 30)
    serves(media, lab, token=TOKEN)


@pytest.mark.full
def test_an_upgrade_restarts_it_and_leaves_nothing_old_with_tls_from_now_on(media, lab, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    words += ["-keyout", str(key), "-out", str(certificate), "-subj", "/CN=media"]
    subprocess.run([*words, "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    media.write("/etc/ssl/exporter-cert.pem", certificate.read_text(encoding="ascii"))
    media.write("/etc/ssl/exporter-key.pem", key.read_text(encoding="ascii"), "0600")
    before = pid(media)
    options = ["-e", "exporter_tls_certificate=/etc/ssl/exporter-cert.pem"]
    options += ["-e", "exporter_tls_key=/etc/ssl/exporter-key.pem", "-e", another_version(tmp_path)]
    run(media, *options)
    assert pid(media) != before
    secure = {"url": PLAIN.replace("http", "https"), "certificate": "/etc/ssl/exporter-cert.pem"}
    serves(media, lab, token=TOKEN, **secure)
    libraries = media.exec("sh", "-c", "ls -d /opt/acestream-vpn-exporter/lib-*").split()
    assert len(libraries) == 1
    assert media.exec("ls", f"{libraries[0]}/another") == "version.py"
    assert run(media, *options).changed == 0


def test_it_is_removed_without_a_trace_and_what_is_not_its_own_stays(media, lab):
    media.write("/etc/acestream-vpn/foreign", "mine")
    run(media, "-e", "exporter_state=absent")
    assert media.exec("ls", "-A", "/etc/acestream-vpn") == "foreign"
    assert traces(media) == ["/etc/acestream-vpn", "/etc/acestream-vpn/foreign"]
    assert media.exec("systemctl", "is-active", UNIT, check=False) == "inactive"
    assert (lab.state / "memory.json").exists()
    assert run(media, "-e", "exporter_state=absent").changed == 0
    media.exec("rm", "/etc/acestream-vpn/foreign")


@pytest.mark.full
def test_it_runs_as_a_container_too(media, lab, tmp_path):
    options = ["-e", "exporter_container=true", "-e", f"exporter_container_base={base_image(media)}"]
    run(media, *options)
    serves(media, lab, token=TOKEN)
    looks_by_entering(media)
    first = container(media)
    assert run(media, *options).changed == 0
    again = container(media)
    assert (again["Id"], again["State"]["StartedAt"]) == (first["Id"], first["State"]["StartedAt"])
    # A new port: the same container, started anew. Another version: another one, of another image.
    run(media, *options, "-e", "exporter_port=9812")
    serves(media, lab, token=TOKEN, url="http://127.0.0.1:9812")
    again = container(media)
    assert (again["Id"], again["State"]["StartedAt"] > first["State"]["StartedAt"]) == (first["Id"], True)
    run(media, *options, "-e", another_version(tmp_path))
    serves(media, lab, token=TOKEN)
    assert container(media)["Config"]["Image"] != first["Config"]["Image"]
    images = media.docker("image", "ls", "--quiet", "--filter", "label=acestream.vpn.exporter").split()
    assert len(images) == 1
    containers = media.docker("ps", "--all", "--quiet").split()
    run(media, *options, "-e", "exporter_state=absent")
    assert len(media.docker("ps", "--all", "--quiet").split()) == len(containers) - 1
    assert media.docker("image", "ls", "--quiet", "--filter", "label=acestream.vpn.exporter") == ""
    assert traces(media) == []


def container(host: SystemdHost) -> dict:
    return json.loads(host.docker("inspect", UNIT))[0]


def another_version(folder: Path) -> str:
    """The variable by which the role installs one more file than it has."""
    (folder / "another").mkdir(exist_ok=True)
    (folder / "another/version.py").write_text("VERSION = 2\n", encoding="utf-8")
    folders = {"roles/exporter/files": ".", str(folder / "another"): "another"}
    folders["plugins/module_utils"] = "ansible_collections/acestream/vpn/plugins/module_utils"
    assert all((ROOT / COLLECTION / name).is_dir() for name in folders)
    return json.dumps({"exporter_folders": folders})


def base_image(host: SystemdHost) -> str:
    """An image with Python, for no registry can be reached: Debian's, as this host has it, and wheels for pip."""
    left_out = ("var", "opt", "usr/bin/docker*", "usr/sbin/docker*", "usr/bin/containerd*", "usr/share/doc")
    words = " ".join(f"--exclude=./{name}" for name in left_out)
    packed = f"tar -C / --one-file-system {words} -c ./bin ./etc ./lib ./lib64 ./sbin ./usr ./tmp"
    host.exec("sh", "-c", f"{packed} | docker import - python:bare")
    host.exec("mkdir", "-p", "/tmp/base")
    lines = ["FROM python:bare", "COPY pip.conf /etc/pip.conf", "COPY wheels /var/cache/wheels"]
    host.write("/tmp/base/Dockerfile", "\n".join(lines) + "\n")
    script = "cp -r /etc/pip.conf /var/cache/wheels . && docker build --quiet --tag python:here ."
    host.exec("env", "--chdir=/tmp/base", "sh", "-c", script)
    return "python:here"
