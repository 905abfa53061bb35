# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stand-in acts like older Gluetuns where they differ: the forwarded port's route and shape, and what is public."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from lab import checks, control, files
from lab.definition import VERSIONS
from lab.faults.fault import set_switch
from lab.running import RunningLab, running
from lab.wait import wait_for

pytestmark = pytest.mark.lab
OLD, NEW = "/v1/openvpn/portforwarded", "/v1/portforward"
SOON = 30.0  # seconds


@pytest.fixture(scope="module", params=VERSIONS)
def versioned(request: pytest.FixtureRequest) -> Iterator[RunningLab]:
    """A lab whose Gluetun acts like one version."""
    with running(
        prefix="acelabs", subnet="10.222.0.0/16", host_port_base=25600, engines=1, standin_version=request.param
    ) as lab:
        yield lab


def get(lab: RunningLab, path: str, key: bool = True) -> tuple[int, str]:
    """One answer, after redirects."""
    vpn = lab.lab.vpns[0]
    return checks.get(f"http://{vpn.gluetun_ip}:8000{path}", files.api_key(lab.lab.prefix) if key else "")


def test_the_forwarded_port_has_the_version_s_route_and_shape(versioned: RunningLab) -> None:
    version = versioned.lab.standin_version
    wait_for(lambda: control.port(versioned.lab.vpns[0], files.api_key(versioned.lab.prefix)), SOON)
    status, body = get(versioned, OLD)
    assert status == 200
    assert json.loads(body) == ({"port": 45001, "ports": [45001]} if version == "main" else {"port": 45001})
    expected = {"3.38": 400, "3.40": 401, "3.41.1": 200, "main": 200}[version]
    assert get(versioned, NEW)[0] == expected


def test_unknown_paths_are_refused_in_the_version_s_way(versioned: RunningLab) -> None:
    expected = {
        "3.38": (400, "route /v1/nonsense not supported\n"),
        "3.40": (401, "Unauthorized\n"),
        "3.41.1": (401, "Unauthorized\n"),
        "main": (404, "Not Found\n"),
    }
    assert get(versioned, "/v1/nonsense") == expected[versioned.lab.standin_version]


def test_a_key_is_asked_for_from_3_39_on(versioned: RunningLab) -> None:
    expected = 200 if versioned.lab.standin_version == "3.38" else 401
    assert get(versioned, "/v1/vpn/status", key=False)[0] == expected


def test_the_lab_works_and_heals_with_each_version(versioned: RunningLab) -> None:
    versioned.fault("gluetun-restart")
    versioned.heal()
    assert checks.connected(versioned.lab.vpns[0], versioned.lab.engines[0])


@pytest.mark.full
@pytest.mark.slow
def test_a_lost_port_comes_back_by_itself_only_in_main(versioned: RunningLab) -> None:
    """Up to 3.41.1 it stays 0 until the tunnel comes up anew."""
    vpn, key = versioned.lab.vpns[0], files.api_key(versioned.lab.prefix)
    provider = versioned.container(vpn.provider)
    set_switch(provider, "port", "none")
    control.cycle(vpn, key)
    assert wait_for(lambda: checks.egress(versioned.container(vpn.gluetun)), SOON)
    assert wait_for(lambda: "result code 4" in logs(versioned), SOON)
    versioned.fault("port-back")
    back = bool(wait_for(lambda: control.port(vpn, key) == 45001, 15))
    assert back == (versioned.lab.standin_version == "main")
    versioned.heal()
    assert control.port(vpn, key) == 45001


def logs(lab: RunningLab) -> str:
    """The end of Gluetun's log."""
    return lab.container(lab.lab.vpns[0].gluetun).logs(tail=30).decode()
