# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each fault of the forwarded port is seen by its effect, and its opposite by the effect's end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lab import checks, control, files
from lab.running import RunningLab
from lab.wait import wait_for
from tests.lab.lab_itself.seen import RENEWAL, SOON, egress, port

pytestmark = pytest.mark.lab


def peers(lab: RunningLab, number: int = 1) -> int:
    """How many peers a fresh stream of an engine has."""
    base = f"http://{lab.lab.vpns[0].gluetun_ip}:{lab.lab.engines[number - 1].http_port}"
    found = document(f"{base}/ace/getstream?id={'d' * 40}&format=json")["response"]
    count = document(found["stat_url"])["response"]["peers"]
    document(found["command_url"] + "?method=stop")
    return count


def document(url: str) -> Any:
    status, body = checks.get(url, seconds=10)
    assert status == 200, body
    return json.loads(body)


def test_the_forwarded_engine_has_more_peers_until_its_port_leads_nowhere(lab: RunningLab) -> None:
    assert wait_for(lambda: peers(lab) == 15, SOON)
    assert peers(lab, 2) == 5
    lab.fault("port-change", "45009")
    assert wait_for(lambda: peers(lab) == 5, SOON)
    lab.fault("port-back")
    assert wait_for(lambda: peers(lab) == 15, SOON)


def test_another_port_is_reported_after_a_tunnel_came_up_anew(lab: RunningLab) -> None:
    lab.fault("port-change", "45009")
    control.cycle(lab.lab.vpns[0], files.api_key(lab.lab.prefix))
    assert wait_for(lambda: port(lab) == 45009, SOON)
    lab.fault("port-none")
    control.cycle(lab.lab.vpns[0], files.api_key(lab.lab.prefix))
    assert port(lab) == 0
    lab.fault("port-back")
    assert wait_for(lambda: port(lab) == 45001, SOON)


@pytest.mark.full
@pytest.mark.slow
def test_silence_of_nat_pmp_leaves_no_port_after_a_tunnel_came_up_anew(lab: RunningLab) -> None:
    lab.fault("port-silent")
    assert port(lab) == 45001
    control.cycle(lab.lab.vpns[0], files.api_key(lab.lab.prefix))
    assert wait_for(lambda: egress(lab), SOON)
    assert port(lab) == 0
    lab.fault("port-back")
    assert wait_for(lambda: port(lab) == 45001, RENEWAL)


@pytest.mark.full
@pytest.mark.slow
def test_a_refused_port_is_gone_at_the_next_renewal_and_back_soon(lab: RunningLab) -> None:
    lab.fault("port-none")
    assert wait_for(lambda: port(lab) == 0, RENEWAL)
    assert egress(lab)
    lab.fault("port-back")
    assert wait_for(lambda: port(lab) == 45001, SOON)
