# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each mistake gets a message that names the variable and says what to do."""

from __future__ import annotations

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import EngineOptions as Engine
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import GluetunOptions as Gluetun
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._settings.preflight import (
    PreflightError,
    check,
    check_observed,
    check_pool,
)

from ..option_builders import host_options
from ..small_world import gluetun, look

RIGHT = {
    "gluetuns": [Gluetun("one"), Gluetun("two", "http://127.0.0.1:8000")],
    "engines": [Engine("engine", "one")],
    "egress_targets": ("1.1.1.1:443", "[2606:4700:4700::1111]:443"),
}


def test_what_is_right_passes():
    check(host_options(**RIGHT))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"gluetuns": []}, "recovery_gluetuns.* is empty: name at least one"),
        ({"gluetuns": [Gluetun("one"), Gluetun("one")]}, "names one twice"),
        ({"gluetuns": [Gluetun("one", control_url="10.0.0.1:8000")]}, "control_url of one .* such as http://"),
        ({"engines": [Engine("engine", "three")]}, "belongs to three, which is not among"),
        ({"engines": [Engine("one", "two")]}, "one is a gluetun"),
        ({"engines": [Engine("e", "one"), Engine("e", "two")]}, "names e twice"),
        ({"gluetuns": [Gluetun("one", ports="19499-19000")]}, "ports of one: .*first must not be above"),
        ({"gluetuns": [Gluetun("one", ports="many")]}, "ports of one: 'many' is not a range of ports.*19000-19499"),
        ({"gluetuns": [Gluetun("one", ports="1-70000")]}, "ports of one: .*65535"),
        (
            {"gluetuns": [Gluetun("one", ports="19000-19499"), Gluetun("two", ports="19499-19999")]},
            "19499-19999 of two overlap with 19000-19499 of one",
        ),
        ({"egress_targets": ()}, "recovery_egress_targets.* is empty"),
        ({"egress_targets": ("example.com:443",)}, "give an IP address and a port"),
        ({"egress_targets": ("1.1.1.1",)}, "give an IP address and a port"),
        ({"egress_targets": ("1.1.1.1:70000",)}, "give an IP address and a port"),
    ],
)
def test_what_is_wrong_is_named(wrong, said):
    with pytest.raises(PreflightError, match=said):
        check(host_options(**{**RIGHT, **wrong}))


@pytest.mark.parametrize(
    ("gluetuns", "said"),
    [
        ([Gluetun("one")], "one has no ports"),
        ([Gluetun("one", ports="19000-19010")], "room for 3 engine.* share of 4 is 4: give it at least 12 ports"),
        ([Gluetun("one", ports="1-99"), Gluetun("two", ports="7998-8003")], "ports 7998-8003 of two have room"),
    ],
)
def test_a_pool_needs_ports(gluetuns, said):
    with pytest.raises(PreflightError, match=said):
        check_pool(gluetuns, Policy(min_replicas=4))
    check_pool(gluetuns, Policy())


def test_a_pool_with_ports_passes():
    check_pool([Gluetun("one", ports="19000-19005"), Gluetun("two", ports="19006-19011")], Policy(min_replicas=4))


def test_two_names_for_one_container():
    one, two = gluetun("one"), gluetun("two")
    with pytest.raises(PreflightError, match="one and two are the same container"):
        check_observed(look(1.0, [one, two], []))
    check_observed(look(1.0, [one], []))
