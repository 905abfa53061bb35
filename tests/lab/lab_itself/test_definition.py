# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The definition: read, overridden, checked with messages that name the key, laid out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab import definition
from lab.errors import LabError


def test_the_default_is_two_vpns_with_four_engines_each() -> None:
    lab = definition.load()
    assert [vpn.gluetun for vpn in lab.vpns] == ["acelab-gluetun1", "acelab-gluetun2"]
    assert [engine.name for engine in lab.engines] == [f"acelab-engine{number}" for number in range(1, 9)]
    assert [engine.vpn for engine in lab.engines] == ["1", "2"] * 4
    assert [engine.forwarded for engine in lab.engines] == [True, True] + [False] * 6
    assert lab.labels == {"acestream.vpn.lab": "acelab"}


def test_a_third_vpn_is_one_more_entry() -> None:
    entry = {"name": "3", "public_ip": "203.0.113.9", "country": "L", "city": "V", "forwarded_port": 45201}
    listed = [*definition.load().settings["vpns"], {**entry, "ports": "20000-20499"}]
    lab = definition.load(vpns=listed, engines=4)
    assert [vpn.gluetun for vpn in lab.vpns] == [f"acelab-gluetun{number}" for number in (1, 2, 3)]
    assert [engine.vpn for engine in lab.engines] == ["1", "2", "3", "1"]
    assert [engine.forwarded for engine in lab.engines] == [True, True, True, False]


@given(st.integers(1, 20), st.integers(0, 60))
def test_nothing_in_a_lab_is_used_twice(vpns: int, engines: int) -> None:
    lab = definition.load(vpn_count=vpns, engines=engines)
    assert (len(lab.vpns), len(lab.engines)) == (vpns, engines)
    for values in (
        [vpn.public_ip for vpn in lab.vpns],
        [vpn.subnet for vpn in lab.vpns],
        [vpn.tunnel for vpn in lab.vpns],
        [engine.host_port for engine in lab.engines],
        [engine.name for engine in lab.engines],
        *([p for e in vpn.engines for p in (e.http_port, e.https_port, e.p2p_port)] for vpn in lab.vpns),
    ):
        assert len(values) == len(set(values))
    for vpn in lab.vpns:
        low, high = map(int, vpn.ports.split("-"))
        assert all(low <= port <= high for e in vpn.engines for port in (e.http_port, e.https_port))
        assert [e.p2p_port == vpn.forwarded_port for e in vpn.engines] == [e.forwarded for e in vpn.engines]


def test_two_labs_need_not_touch() -> None:
    one = definition.load()
    two = definition.load(prefix="two", subnet="10.214.0.0/16", host_port_base=21000)
    assert not one.vpns[0].subnet.overlaps(two.vpns[0].subnet)
    assert not {e.host_port for e in one.engines} & {e.host_port for e in two.engines}
    assert not {e.name for e in one.engines} & {e.name for e in two.engines}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"prefix": "Not A Name"}, "prefix"),
        ({"prefix": "x" * 40}, "prefix"),
        ({"engines": -1}, "engines"),
        ({"engines": "three"}, "engines"),
        ({"engines": True}, "engines"),
        ({"vpn_count": 0}, "vpns"),
        ({"vpns": []}, "vpns"),
        ({"vpns": [{"name": "1"}]}, "ports"),
        ({"subnet": "10.213.1.0/24"}, "subnet"),
        ({"subnet": "10.213.0.1/16"}, "subnet"),
        ({"subnet": "nonsense"}, "subnet"),
        ({"subnet": "10.213.0.0/23", "vpn_count": 2}, "subnet"),
        ({"host_port_base": 80}, "host_port_base"),
        ({"host_port_base": 64999, "vpn_count": 20, "engines": 40}, "host_port_base"),
        ({"standin_version": "2.0"}, "standin_version"),
        ({"stream_mbit": 0}, "stream_mbit"),
    ],
)
def test_a_wrong_value_is_named_with_what_to_do(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(LabError) as caught:
        definition.load(**wrong)
    assert named in caught.value.what
    assert caught.value.do


def test_two_vpns_with_one_address_are_refused() -> None:
    entry = definition.load().settings["vpns"][0]
    other = {**entry, "name": "2", "ports": "19500-19999"}
    with pytest.raises(LabError, match="forwarded_port"):
        definition.load(vpns=[entry, other])
    with pytest.raises(LabError, match="public_ip"):
        definition.load(vpns=[entry, {**other, "forwarded_port": 45101}])


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yml"
    broken.write_text("a: [", encoding="utf-8")
    for path in (broken, tmp_path / "absent.yml"):
        with pytest.raises(LabError, match=path.name):
            definition.load(path)


def test_settings_that_were_kept_build_the_same_lab() -> None:
    lab = definition.load(vpn_count=3, engines=7, prefix="kept")
    assert definition.build(lab.settings) == lab
