# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What containers are started with."""

from __future__ import annotations

import json
from pathlib import Path

from lab import definition, image_builds, inventory, specs

LAB = definition.load(engines=4, vpn_count=2)
FOLDER = Path("/somewhere")


def test_a_real_gluetun_gets_the_same_environment_as_the_stand_in() -> None:
    ours = specs.gluetun(LAB, LAB.vpns[0], "stand-in", FOLDER, "k")
    other = definition.load(engines=4, vpn_count=2, lab_gluetun_image="real")
    real = specs.gluetun(other, other.vpns[0], "real", FOLDER, "k")
    assert ours["environment"].pop("GLUETUN_STANDIN_VERSION") == "main"
    assert {**ours, "image": ""} == {**real, "image": ""}


def test_the_key_is_a_role_s() -> None:
    environment = specs.gluetun(LAB, LAB.vpns[0], "i", FOLDER, "k")["environment"]
    role = json.loads(environment["HTTP_CONTROL_SERVER_AUTH_DEFAULT_ROLE"])
    assert role == {"auth": "apikey", "apikey": "k"}


def test_ports_of_the_host_are_on_loopback_only() -> None:
    for vpn in LAB.vpns:
        for address, _port in specs.gluetun(LAB, vpn, "i", FOLDER, "k")["ports"].values():
            assert address == "127.0.0.1"
        assert "ports" not in specs.provider(LAB, vpn, "i", FOLDER)


def test_no_outgoing_connection_can_hold_a_port_that_an_engine_is_to_have() -> None:
    low, _high = specs.OUTGOING_PORTS
    for vpn in LAB.vpns:
        assert specs.gluetun(LAB, vpn, "i", FOLDER, "k")["sysctls"]["net.ipv4.ip_local_port_range"].split()[0] == str(
            low
        )
        assert max(vpn.forwarded_port, *(max(engine.http_port, engine.p2p_port) for engine in vpn.engines)) < low


def test_everything_carries_the_label() -> None:
    made = [specs.engine(LAB, engine, "i") for engine in LAB.engines]
    for vpn in LAB.vpns:
        made += [specs.provider(LAB, vpn, "i", FOLDER), specs.gluetun(LAB, vpn, "i", FOLDER, "k")]
    assert all(spec["labels"]["acestream.vpn.lab"] == LAB.prefix for spec in made)


def test_an_engine_has_the_orchestrator_s_labels_and_command_line() -> None:
    first, second = (specs.engine(LAB, engine, "i") for engine in LAB.engines[:2])
    assert first["network_mode"] == "container:acelab-gluetun1"
    assert second["network_mode"] == "container:acelab-gluetun2"
    assert first["labels"]["acestream.vpn_container"] == "acelab-gluetun1"
    assert first["labels"]["acestream.http_port"] == "19000"
    assert first["labels"]["acestream.forwarded"] == "true"
    assert "acestream.forwarded" not in specs.engine(LAB, LAB.engines[2], "i")["labels"]
    assert first["command"][0] == "/acestream/acestreamengine"
    assert first["command"][-2:] == ["--port", "45001"]


def test_the_inventory_names_every_gluetun_with_its_key() -> None:
    host = json.loads(json.dumps(inventory.document(LAB, FOLDER, "k")))
    assert json.dumps(host).count('"api_key": "k"') == 2
    assert "acelab-gluetun2" in json.dumps(host)
    assert str(FOLDER / "state") in json.dumps(host)


def test_an_image_s_tag_follows_its_sources_alone(tmp_path: Path, monkeypatch) -> None:
    before = {kind: image_builds.tag(kind) for kind in image_builds.KINDS}
    assert before == {kind: image_builds.tag(kind) for kind in image_builds.KINDS}
    for kind in (*image_builds.KINDS, "common"):
        (tmp_path / kind).mkdir()
        for path in (image_builds.SOURCES / kind).iterdir():
            if path.is_file():
                (tmp_path / kind / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(image_builds, "SOURCES", tmp_path)
    assert before == {kind: image_builds.tag(kind) for kind in image_builds.KINDS}
    with (tmp_path / "engine" / "engine.py").open("a", encoding="utf-8") as file:
        file.write("# another line\n")
    assert image_builds.tag("engine") != before["engine"]
    assert image_builds.tag("gluetun") == before["gluetun"]
