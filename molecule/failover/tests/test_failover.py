# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""After one of two VPNs failed and returned: what a user of the engines cares about."""

from __future__ import annotations

import pytest

from tests.lab.scenarios.lab_of import LabOf, engine_url

# The lab is on this machine.
testinfra_hosts = ["local://"]

SEQUENCE = [
    "WARN: Gluetun VPN became unhealthy",
    "INFO: Hiding 4 engines assigned to unhealthy VPN",
    "INFO: VPN1 failed, all traffic routed to VPN2",
    "INFO: Gluetun VPN recovered and is now healthy",
    "INFO: VPN1 recovered, resuming round-robin distribution",
]


@pytest.fixture(scope="module")
def lab():
    return LabOf("acemol4", engines=8)


def test_the_journal_tells_the_specifications_sequence(lab):
    told = lab.messages()
    places = [told.index(message) for message in SEQUENCE]
    assert places == sorted(places)


def test_four_engines_came_on_the_other_vpn_and_went(lab):
    by_kind = {line["kind"]: line for line in lab.journal()}
    came, went = by_kind["engines_provisioning"], by_kind["engines_removing"]
    assert came["vpn"] == went["vpn"] == "acemol4-gluetun2"
    assert sorted(came["data"]["engines"]) == sorted(went["data"]["engines"])
    assert len(came["data"]["engines"]) == 4


def test_the_engines_are_those_of_before_half_on_each_vpn(lab):
    assert lab.shown() == lab.engines
    gluetuns = [lab.inspect(name)["Config"]["Labels"]["acestream.vpn_container"] for name in lab.engines]
    assert [gluetuns.count(f"acemol4-gluetun{number}") for number in (1, 2)] == [4, 4]


def test_the_other_vpns_engines_were_not_touched(lab):
    second = [lab.inspect(name) for name in lab.engines]
    started = [
        each["State"]["StartedAt"]
        for each in second
        if each["Config"]["Labels"]["acestream.vpn_container"] == "acemol4-gluetun2"
    ]
    failed = min(line["time"] for line in lab.journal() if line["kind"] == "gluetun_unhealthy")
    assert max(started) < failed


@pytest.mark.parametrize("number", [1, 2])
def test_bytes_flow_from_each_vpn(host, number):
    url = f"{engine_url('acemol4', number)}/ace/getstream?id={'a' * 40}"
    got = host.run(f"curl -sL -m 5 '{url}' | head -c 18800 | wc -c")
    assert int(got.stdout) == 18800
