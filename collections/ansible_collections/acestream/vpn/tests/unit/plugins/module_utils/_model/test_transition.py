# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Transitions: the specification's words, and their data for programs."""

from __future__ import annotations

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._model import transition


def test_the_words_are_those_of_the_specification():
    assert transition.became_unhealthy(1, "vpn", "egress fails").message == "Gluetun VPN became unhealthy"
    assert transition.hiding(1, "vpn", 5).message == "Hiding 5 engines assigned to unhealthy VPN"
    assert transition.recovered(1, "vpn", 60).message == "Gluetun VPN recovered and is now healthy"
    assert transition.restarting(1, "vpn", 5).message == "Restarting 5 engines on recovered VPN"


def test_so_are_the_levels():
    assert transition.became_unhealthy(1, "vpn", "").level == "WARN"
    assert transition.stopped(1, "vpn", "").level == "WARN"
    for said in (
        transition.hiding(1, "vpn", 5),
        transition.recovered(1, "vpn", 60),
        transition.restarting(1, "vpn", 5),
        transition.first_healthy(1, "vpn"),
    ):
        assert said.level == "INFO"


@pytest.mark.parametrize("said", [transition.hiding, transition.restarting])
def test_one_engine_is_one_engine(said):
    assert " 1 engine " in said(1, "vpn", 1).message
    assert " 0 engines " in said(1, "vpn", 0).message


def test_programs_find_the_figures_in_data():
    assert transition.hiding(1, "vpn", 5).data == {"count": 5}
    assert transition.recovered(1, "vpn", 61.26).data == {"outage_seconds": 61.3}
    assert transition.became_unhealthy(1, "vpn", "egress fails").data == {"why": "egress fails"}


def test_as_dict_is_complete():
    said = transition.stopped(1.5, "vpn", "exited (0)").as_dict()
    assert said == {
        "at": 1.5,
        "level": "WARN",
        "kind": "gluetun_stopped",
        "message": "Gluetun container is not running: exited (0)",
        "vpn": "vpn",
        "engine": None,
        "data": {"why": "exited (0)"},
    }
