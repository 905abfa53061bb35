# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each mistake gets a message that names the variable and says what to do."""

from __future__ import annotations

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._settings.preflight import (
    PreflightError,
    check,
    check_observed,
    check_pool,
)

from ..small_world import gluetun, look

RIGHT = {
    "gluetuns": [{"name": "one"}, {"name": "two", "control_url": "http://127.0.0.1:8000"}],
    "engines": [{"name": "engine", "gluetun": "one"}],
    "egress_targets": ["1.1.1.1:443", "[2606:4700:4700::1111]:443"],
}


def test_what_is_right_passes():
    check(RIGHT)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"gluetuns": []}, "recovery_gluetuns.* is empty: name at least one"),
        ({"gluetuns": [{"name": "one"}, {"name": "one"}]}, "names one twice"),
        ({"gluetuns": [{"name": "one", "control_url": "10.0.0.1:8000"}]}, "control_url of one .* such as http://"),
        ({"engines": [{"name": "engine", "gluetun": "three"}]}, "belongs to three, which is not among"),
        ({"engines": [{"name": "one", "gluetun": "two"}]}, "one is a gluetun"),
        ({"engines": [{"name": "e", "gluetun": "one"}, {"name": "e", "gluetun": "two"}]}, "names e twice"),
        ({"gluetuns": [{"name": "one", "ports": "19499-19000"}]}, "ports of one: .*first must not be above"),
        ({"gluetuns": [{"name": "one", "ports": "many"}]}, "ports of one: 'many' is not a range of ports.*19000-19499"),
        ({"gluetuns": [{"name": "one", "ports": "1-70000"}]}, "ports of one: .*65535"),
        (
            {"gluetuns": [{"name": "one", "ports": "19000-19499"}, {"name": "two", "ports": "19499-19999"}]},
            "19499-19999 of two overlap with 19000-19499 of one",
        ),
        ({"egress_targets": []}, "recovery_egress_targets.* is empty"),
        ({"egress_targets": ["example.com:443"]}, "give an IP address and a port"),
        ({"egress_targets": ["1.1.1.1"]}, "give an IP address and a port"),
        ({"egress_targets": ["1.1.1.1:70000"]}, "give an IP address and a port"),
    ],
)
def test_what_is_wrong_is_named(wrong, said):
    with pytest.raises(PreflightError, match=said):
        check({**RIGHT, **wrong})


@pytest.mark.parametrize(
    ("gluetuns", "said"),
    [
        ([{"name": "one"}], "one has no ports"),
        ([{"name": "one", "ports": "19000-19010"}], "room for 3 engine.* share of 4 is 4: give it at least 12 ports"),
        ([{"name": "one", "ports": "1-99"}, {"name": "two", "ports": "7998-8003"}], "ports 7998-8003 of two have room"),
    ],
)
def test_a_pool_needs_ports(gluetuns, said):
    with pytest.raises(PreflightError, match=said):
        check_pool(gluetuns, Policy(min_replicas=4))
    check_pool(gluetuns, Policy())


def test_a_pool_with_ports_passes():
    check_pool(
        [{"name": "one", "ports": "19000-19005"}, {"name": "two", "ports": "19006-19011"}], Policy(min_replicas=4)
    )


def test_two_names_for_one_container():
    one, two = gluetun("one"), gluetun("two")
    with pytest.raises(PreflightError, match="one and two are the same container"):
        check_observed(look(1.0, [one, two], []))
    check_observed(look(1.0, [one], []))
