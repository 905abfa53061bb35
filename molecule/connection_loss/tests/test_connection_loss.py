# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""After a lost VPN connection: what a user of the engines cares about."""

from __future__ import annotations

import time

import pytest

from tests.lab.scenarios.lab_of import LabOf, engine_url

# The lab is on this machine.
testinfra_hosts = ["local://"]

SEQUENCE = [
    "WARN: Gluetun VPN became unhealthy",
    "INFO: Hiding 3 engines assigned to unhealthy VPN",
    "INFO: Gluetun VPN recovered and is now healthy",
    "INFO: Restarting 2 engines on recovered VPN",
]


@pytest.fixture(scope="module")
def lab():
    return LabOf("acemol1")


def test_the_journal_tells_the_specifications_sequence(lab):
    told = lab.messages()
    places = [told.index(message) for message in SEQUENCE]
    assert places == sorted(places)


def test_the_tunnel_was_cycled_and_the_container_left_alone(lab):
    kinds = [line["kind"] for line in lab.journal()]
    assert "gluetun_cycling" in kinds
    assert "gluetun_restarting" not in kinds


def test_engines_are_available_again_but_for_the_one_that_is_drained(lab):
    assert lab.shown() == lab.engines[1:]


def test_engines_without_a_stream_were_restarted_after_the_return(lab):
    back = next(
        line["at"]
        for line in lab.journal()
        if line["kind"] == "gluetun_healthy" and "outage_seconds" in line.get("data", {})
    )
    restarted = {line["at"] for line in lab.journal() if line["kind"] == "engines_restarting"}
    assert restarted
    assert min(restarted) >= back


def test_the_stream_lived_through_it(lab):
    """One connection, from before the outage until now, and bytes still come."""
    before = lab.player()
    assert before["bytes"] > 0
    assert before["disconnects"] == 0
    deadline = time.monotonic() + 20
    while lab.player()["bytes"] == before["bytes"]:
        assert time.monotonic() < deadline, "no more bytes"
        time.sleep(0.2)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_bytes_flow_from_each_engine(host, number):
    url = f"{engine_url('acemol1', number)}/ace/getstream?id={'a' * 40}"
    got = host.run(f"curl -sL -m 5 '{url}' | head -c 18800 | wc -c")
    assert int(got.stdout) == 18800
