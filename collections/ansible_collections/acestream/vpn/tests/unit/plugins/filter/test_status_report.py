# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.acestream.vpn.plugins.filter.status_report import status_report

VPN = {
    "container_name": "gluetun-" + "with-a-long-name-" * 5,
    "health": "unhealthy",
    "verdict": "unhealthy",
    "public_ip": None,
    "forwarded_port": None,
    "why": "egress fails: " + "1.1.1.1:443: no answer, " * 5,
    "last_check": "2026-11-24T18:53:57.962214+00:00",
    "maintenance": {"until": "2026-11-24T19:53:57.000000+00:00", "reason": "a long one, " * 10},
}
ENGINE = {
    "container_name": "engine-" + "with-a-long-name-" * 5,
    "vpn_container": VPN["container_name"],
    "port": 19000,
    "live_streams": None,
    "shown": False,
    "reason": "its VPN is unhealthy, " * 5,
}
STATUS = {"mode": "single", "verdict": "unhealthy", "vpn1": VPN, "vpn2": None, "vpn10": {**VPN, "container_name": "b"}}
DATE = "Tue, 24 Nov 2026 18:54:07 GMT"


def test_it_has_the_form_of_a_look_and_says_how_old_it_is():
    report = status_report(STATUS, [ENGINE], DATE)
    assert report["verdicts"] == {VPN["container_name"]: "unhealthy", "b": "unhealthy"}
    engine = report["engines"][ENGINE["container_name"]]
    assert engine == {"gluetun": VPN["container_name"], "shown": False, "reason": ENGINE["reason"]}
    assert report["age"] == pytest.approx(9.04, abs=0.01)
    assert set(report["maintenance"]) == set(report["verdicts"])


def test_its_table_fits_80_columns_whatever_the_names():
    table = status_report(STATUS, [ENGINE, {**ENGINE, "shown": True, "live_streams": 2}], DATE)["table"]
    assert max(map(len, table)) <= 69, "and 11 characters of Ansible's"
    assert "gluetun-with-a-~ unhealthy ?" in "\n".join(table)


@pytest.mark.parametrize("broken", [{}, {"vpn1": {"verdict": "healthy"}}, {"vpn1": {**VPN, "last_check": "soon"}}, []])
def test_another_program_s_answer_is_refused(broken):
    with pytest.raises(AnsibleFilterError, match="no document of the exporter"):
        status_report(copy.deepcopy(broken), [], DATE)
