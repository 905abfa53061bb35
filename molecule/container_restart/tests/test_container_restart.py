# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""After a restart of Gluetun: what a user of the engines cares about."""

from __future__ import annotations

import pytest

from tests.lab.scenarios.lab_of import LabOf, engine_url

# The lab is on this machine.
testinfra_hosts = ["local://"]


@pytest.fixture(scope="module")
def lab():
    return LabOf("acemol2")


def test_each_engine_was_restarted_once_after_gluetun(lab):
    gluetun = lab.inspect(lab.gluetun)["State"]["StartedAt"]
    for engine in lab.engines:
        found = lab.inspect(engine)
        assert found["State"]["Running"]
        assert found["State"]["StartedAt"] > gluetun
        assert found["RestartCount"] == 0
    assert lab.messages().count("INFO: Restarting 3 engines on recovered VPN") == 1


@pytest.mark.parametrize("number", [1, 2, 3])
def test_engines_have_the_tunnel_again(host, lab, number):
    assert "tun0" in host.run(f"docker exec acemol2-engine{number} ls /sys/class/net").stdout
    url = f"{engine_url('acemol2', number)}/ace/getstream?id={'a' * 40}"
    got = host.run(f"curl -sL -m 5 '{url}' | head -c 18800 | wc -c")
    assert int(got.stdout) == 18800


def test_all_engines_are_available_again(lab):
    assert lab.shown() == lab.engines
