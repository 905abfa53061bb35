# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start, start again, and remove: nothing is done twice, and nothing else is touched."""

from __future__ import annotations

import json
import stat
from typing import Any

import pytest
import yaml

from lab import files, specs
from lab.cli import main
from lab.down import down
from lab.errors import LabError
from lab.running import RunningLab, running
from lab.up import up

pytestmark = pytest.mark.lab


def shape(lab: RunningLab) -> dict[str, Any]:
    """Which containers there are and since when they run."""
    names = [vpn.provider for vpn in lab.lab.vpns] + [vpn.gluetun for vpn in lab.lab.vpns]
    found = {}
    for name in names + [engine.name for engine in lab.lab.engines]:
        container = lab.container(name)
        found[name] = (container.id, container.attrs["State"]["StartedAt"])
    return found


def test_a_second_up_changes_nothing(lab: RunningLab, capsys: pytest.CaptureFixture[str]) -> None:
    before = shape(lab)
    capsys.readouterr()
    up(lab.client, lab.lab)
    assert shape(lab) == before
    said = capsys.readouterr().out
    assert "created" not in said
    assert "started" not in said


def test_other_settings_do_not_change_a_running_lab(lab: RunningLab) -> None:
    before = shape(lab)
    assert main(["up", "--prefix", lab.lab.prefix, "--subnet", "10.217.0.0/16", "--engines", "5"]) == 1
    assert shape(lab) == before


def test_the_inventory_is_its_owner_s_alone_and_names_the_key(lab: RunningLab) -> None:
    path = files.folder(lab.lab.prefix) / "inventory.yml"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((path.parent / "api_key").stat().st_mode) == 0o600
    host = next(iter(find(yaml.safe_load(path.read_text(encoding="utf-8")), "hosts")))["lab"]
    assert host["ansible_connection"] == "local"
    assert [entry["name"] for entry in host["recovery_gluetuns"]] == [f"{lab.lab.prefix}-gluetun1"]
    assert host["recovery_gluetuns"][0]["api_key"] == files.api_key(lab.lab.prefix)


def find(document: Any, key: str) -> list[Any]:
    """Every value of a key, however deep."""
    if not isinstance(document, dict):
        return []
    here = [document[key]] if isinstance(document.get(key), dict) and "lab" in document[key] else []
    return here + [found for value in document.values() for found in find(value, key)]


def test_down_removes_what_has_the_label_and_nothing_else(lab: RunningLab) -> None:
    image = lab.container(f"{lab.lab.prefix}-engine1").image.id
    stranger = lab.client.containers.create(image, name="acelabx-not-ours", labels={"acestream.vpn.lab": "another"})
    volume = lab.client.volumes.create("acelabx-volume", labels={"acestream.vpn.lab": "acelabx"})
    try:
        with running(prefix="acelabx", subnet="10.218.0.0/16", host_port_base=28000, engines=1) as second:
            before = shape(lab)
            assert shape(second)
        assert shape(lab) == before
        everything = lab.client.containers.list(all=True, filters={"label": "acestream.vpn.lab=acelabx"})
        assert everything == []
        assert lab.client.networks.list(names=["acelabx-vpn1"]) == []
        assert [found for found in lab.client.volumes.list() if found.name == volume.name] == []
        stranger.reload()
        assert not (files.ROOT / "acelabx").exists()
    finally:
        stranger.remove(force=True)
        for left in lab.client.volumes.list(filters={"label": "acestream.vpn.lab=acelabx"}):
            left.remove()


def test_addresses_that_another_network_has_are_refused_by_name(lab: RunningLab) -> None:
    other = lab.lab.vpns[0]
    wrong = type(lab.lab)(**{**vars(lab.lab), "prefix": "acelaby"})
    try:
        with pytest.raises(LabError, match=other.network):
            up(lab.client, wrong)
    finally:
        down(lab.client, wrong, purge=True)


def test_two_vpns_work_beside_each_other() -> None:
    with running(prefix="acelabv", subnet="10.219.0.0/16", host_port_base=28500, engines=2, vpn_count=2) as lab:
        assert [engine.vpn for engine in lab.lab.engines] == ["1", "2"]
        first, second = (lab.container(vpn.gluetun) for vpn in lab.lab.vpns)
        address = "wget -q -O - http://{}:8082/json"
        assert json.loads(first.exec_run(address.format("10.8.1.1")).output)["ip"] == "203.0.113.7"
        assert json.loads(second.exec_run(address.format("10.8.2.1")).output)["ip"] == "203.0.113.8"


def test_the_lab_is_a_closed_world(lab: RunningLab) -> None:
    """What answers as the internet is the provider; the provider itself gets nowhere, and nothing passes beside it."""
    vpn = lab.lab.vpns[0]
    provider, gluetun = lab.container(vpn.provider), lab.container(vpn.gluetun)
    wget = "timeout 4 wget -q -t 1 -T 2 -O - http://{}/"
    assert gluetun.exec_run(wget.format("1.1.1.1")).output == b"ok\n"
    assert provider.exec_run(wget.format("1.1.1.1")).exit_code != 0
    # Past the tunnel: neither the swarm nor the internet is to be had from the bridge.
    for port in (8080, 8081, 8082, specs.SWARM.partition(":")[2]):
        assert gluetun.exec_run(wget.format(f"{vpn.provider_ip}:{port}")).exit_code != 0
    lab.fault("provider-silent")
    assert gluetun.exec_run(wget.format("1.1.1.1")).exit_code != 0
