# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A configuration that cannot be used is refused with the name of what is wrong."""

from __future__ import annotations

import json

import pytest
from acestream_vpn_exporter.config import (
    _ENGINE,
    _GLUETUN,
    _OPTIONAL_HOST_OPTIONS,
    HOST_OPTIONS,
    ConfigError,
    load,
    parse,
)
from ansible_collections.acestream.vpn.plugins.module_utils._settings.argument_spec import host_argument_spec

HOST = {
    **{name: [] for name in HOST_OPTIONS},
    "docker_host": "unix:///var/run/docker.sock",
    "gluetuns": [{"name": "gluetun", "api_key": "k"}],
    "engine_label": "acestream.vpn_container",
    "state_dir": "/nowhere",
}
GOOD = {"host": HOST, "policy": {"fall": 3}}


def test_a_look_of_the_exporter_has_the_options_of_the_modules():
    """Ansible is not where the exporter runs, so that it cannot take them from there."""
    options = host_argument_spec()
    assert {*HOST_OPTIONS, *_OPTIONAL_HOST_OPTIONS} == set(options)
    assert {"name", *_GLUETUN} == set(options["gluetuns"]["options"])
    assert {"name", "gluetun", *_ENGINE} == set(options["engines"]["options"])
    assert {
        name: option.get("default") for name, option in options["gluetuns"]["options"].items() if name != "name"
    } == _GLUETUN


def test_what_is_not_said_has_its_default():
    config = parse(GOOD)
    assert (config.address, config.interval, config.token, config.policy.fall) == ("127.0.0.1", 5.0, None, 3)
    assert config.host.gluetuns[0].control_port == 8000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([], "it has to be an object"),
        ({**GOOD, "prot": 1}, "prot is not a setting"),
        ({**GOOD, "port": "many"}, "port is 'many'"),
        ({**GOOD, "interval": 0.1}, "interval is 0.1"),
        ({**GOOD, "policy": {"fall": 0}}, "policy: fall is 0"),
        ({**GOOD, "policy": None}, "policy is missing"),
        ({**GOOD, "tls_key": "k.pem"}, "belong together"),
        ({**GOOD, "host": {**HOST, "gluetuns": []}}, "name at least one Gluetun"),
        ({**GOOD, "host": {**HOST, "gluetuns": [{}]}}, "an entry of host.gluetuns has no name"),
        ({**GOOD, "host": {**HOST, "engines": [{"name": "e"}]}}, "an entry of host.engines has no name or no gluetun"),
        ({**GOOD, "host": {**HOST, "timeout": None}}, "host.timeout is missing"),
        ({**GOOD, "host": {**HOST, "key": 1}}, "host.key is not a setting"),
    ],
)
def test_a_mistake_is_named(wrong, said):
    with pytest.raises(ConfigError, match=said):
        parse(wrong)


def test_a_file_that_others_can_read_is_refused_and_so_is_an_empty_token(tmp_path):
    path, token = tmp_path / "exporter.json", tmp_path / "token"
    token.write_text("\n", encoding="utf-8")
    path.write_text(json.dumps({**GOOD, "token_file": str(token)}), encoding="utf-8")
    path.chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        load(path)
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="is empty"):
        _ = load(path).token
    path.write_text("{", encoding="utf-8")
    with pytest.raises(ConfigError, match="no JSON"):
        load(path)
    with pytest.raises(ConfigError, match="The role exporter writes it"):
        load(tmp_path / "absent.json")
