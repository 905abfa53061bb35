# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The specification's settings: what each line means, and what is said of one that makes no sense."""

from __future__ import annotations

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._settings.env_lines import EnvError, Line
from ansible_collections.acestream.vpn.plugins.module_utils._settings.env_names import NOTHING_TO_SET
from ansible_collections.acestream.vpn.plugins.module_utils._settings.env_settings import NAMES, settings
from hypothesis import given
from hypothesis import strategies as st

REDUNDANT = {"VPN_MODE": "redundant", "GLUETUN_CONTAINER_NAME": "gluetun1", "GLUETUN_CONTAINER_NAME_2": "gluetun2"}
POLICY = ("restart_after", "cycle_after", "restart_engines_on_reconnect", "min_replicas")


def read(**values):
    lines = [Line(name, value, number) for number, (name, value) in enumerate(values.items(), 1)]
    return settings(lines, ".env")


def test_two_vpns():
    found, ignored = read(
        **REDUNDANT,
        GLUETUN_PORT_RANGE_1="19000-19499",
        GLUETUN_PORT_RANGE_2="19500-19999",
        GLUETUN_API_PORT="8001",
        VPN_UNHEALTHY_RESTART_TIMEOUT_S="90",
    )
    assert found == {
        "gluetuns": [
            {"name": "gluetun1", "control_port": 8001, "ports": "19000-19499"},
            {"name": "gluetun2", "control_port": 8001, "ports": "19500-19999"},
        ],
        "restart_after": 90,
        "cycle_after": 30,
    }
    assert ignored == []


def test_one_vpn_and_a_pool():
    found, ignored = read(
        GLUETUN_CONTAINER_NAME="gluetun",
        GLUETUN_CONTAINER_NAME_2="other",
        VPN_MODE="single",
        VPN_RESTART_ENGINES_ON_RECONNECT="False",
        MIN_REPLICAS="2",
        MAX_REPLICAS="6",
        CONTAINER_LABEL="ondemand.app=mine",
        ENGINE_VARIANT="jopsis-amd64",
        API_KEY="s3cr3t",
        GLUETUN_PORT_CACHE_TTL_S="60",
    )
    assert found == {
        "gluetuns": [{"name": "gluetun"}],
        "restart_engines_on_reconnect": "never",
        "min_replicas": 2,
        "pool_label": "ondemand.app=mine",
        "engine_variant": "jopsis-amd64",
    }
    assert "s3cr3t" not in str(ignored)
    for name in ("GLUETUN_CONTAINER_NAME_2", "MAX_REPLICAS", "GLUETUN_PORT_CACHE_TTL_S", "API_KEY"):
        assert any(name in said for said in ignored), name


def test_a_restart_that_comes_early_is_preceded_by_the_gentle_step():
    found, _ignored = read(VPN_UNHEALTHY_RESTART_TIMEOUT_S="20")
    assert (found["cycle_after"], found["restart_after"]) == (20, 20)
    Policy.from_dict(found)


def test_the_last_of_two_lines_counts():
    lines = [Line("MIN_REPLICAS", "2", 1), Line("MIN_REPLICAS", "4", 2)]
    assert settings(lines, ".env")[0] == {"min_replicas": 4}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"GLUETUN_API_PORT": "²"}, "allowed is a port, from 1 to 65535"),
        ({"GLUETUN_API_PORT": "9" * 5000}, "allowed is a port, from 1 to 65535"),
        ({"MIN_REPLICAS": "9" * 5000}, "allowed is a whole number"),
        ({"VPN_MODE": ""}, "VPN_MODE is '': allowed are single and redundant"),
        ({"VPN_MODE": None}, "line 1: VPN_MODE has no value: write VPN_MODE=value"),
        ({"CONTAINER_LABEL": "a=b\nAPI_KEY=s3cr3t"}, "the value of CONTAINER_LABEL holds a line break"),
        ({"CONTAINER_LABEL": "a=\udcfc"}, "the value of CONTAINER_LABEL holds .* save the file as UTF-8"),
        ({"VPN_MODE": "double"}, "line 1: VPN_MODE is 'double': allowed are single and redundant"),
        (
            {"MIN_REPLICAS": "2", "VPN_UNHEALTHY_RESTART_TIMEOUT_S": "soon"},
            "line 2: .*'soon': allowed is a number of sec",
        ),
        ({"VPN_UNHEALTHY_RESTART_TIMEOUT_S": "0"}, "more than 0"),
        ({"VPN_UNHEALTHY_RESTART_TIMEOUT_S": "nan"}, "more than 0"),
        ({"MIN_REPLICAS": "2.5"}, "allowed is a whole number"),
        ({"GLUETUN_API_PORT": "80000"}, "allowed is a port, from 1 to 65535"),
        ({"VPN_RESTART_ENGINES_ON_RECONNECT": "maybe"}, "allowed are true and false"),
        ({"GLUETUN_PORT_RANGE_1": "19499-19000"}, "allowed is a range of ports such as 19000-19499"),
        ({"GLUETUN_CONTAINER_NAME": "${NAME}"}, "allowed is the name of a container"),
        ({"CONTAINER_LABEL": "mine"}, "allowed is a label with its value"),
        ({"ENGINE_VARIANT": "best"}, "allowed are AceServe-amd64.* jopsis-amd64"),
        ({"VPN_MODE": "redundant"}, "line 1: VPN_MODE is redundant: it needs GLUETUN_CONTAINER_NAME as well"),
        ({**REDUNDANT, "GLUETUN_CONTAINER_NAME_2": "gluetun1"}, "line 3: .*each VPN is a container of its own"),
        ({"GLUETUN_CONTAINER_NAME_2": "two"}, "needs GLUETUN_CONTAINER_NAME as well"),
        ({"MIN_REPLICAS": "9", "MAX_REPLICAS": "6"}, "line 2: MAX_REPLICAS is 6: it must not be less"),
        (
            {**REDUNDANT, "GLUETUN_PORT_RANGE_1": "19000-19499", "GLUETUN_PORT_RANGE_2": "19400-19999"},
            "line 5: GLUETUN_PORT_RANGE_2 is 19400-19999: it overlaps with",
        ),
    ],
)
def test_what_makes_no_sense_names_file_line_and_what_is_allowed(values, said):
    with pytest.raises(EnvError, match=rf"^\.env, .*{said}"):
        read(**values)


known = st.sampled_from([*NAMES, "API_KEY", "TZ"])
likely = st.one_of(
    st.text(max_size=15), st.integers(-9, 99999).map(str), st.sampled_from(["true", "redundant", "a=b", "1-2", None])
)


@given(st.lists(st.builds(Line, st.one_of(known, st.text(max_size=20)), likely, st.integers(1, 99)), max_size=8))
def test_any_file_is_read_or_refused_with_its_place(lines):
    try:
        found, ignored = settings(lines, "my.env")
    except EnvError as error:
        assert str(error).startswith("my.env, line ")  # noqa: PT017
        return
    Policy.from_dict({name: found[name] for name in POLICY if name in found})
    assert all(isinstance(said, str) for said in ignored)


def test_every_name_has_one_meaning():
    assert set(NOTHING_TO_SET) <= set(NAMES)


@pytest.mark.parametrize("variant", ["AceServe-amd64", "AceServe-arm32", "AceServe-arm64", "krinkuto11-amd64"])
def test_the_variants_of_later_releases(variant):
    assert read(ENGINE_VARIANT=variant)[0] == {"engine_variant": variant}


def test_an_image_instead_of_a_variant_has_no_effect_and_is_said():
    found, ignored = read(ENGINE_VARIANT="ghcr.io/somebody/acestream:latest-amd64")
    assert found == {}
    assert ["ENGINE_VARIANT has no effect" in said for said in ignored] == [True]


@pytest.mark.parametrize("value", ["single API_KEY=s3cr3t", "single;API_KEY=s3cr3t", "a&&API_KEY=s3cr3t"])
def test_what_stands_behind_a_bad_value_is_not_shown(value):
    with pytest.raises(EnvError, match="VPN_MODE has a value that makes no sense: allowed are single") as error:
        read(VPN_MODE=value)
    assert "s3cr3t" not in str(error.value)
