# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options: the documentation says what the code does."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.acestream.vpn.plugins.doc_fragments import docker, host, state
from ansible_collections.acestream.vpn.plugins.module_utils._settings import argument_spec

FRAGMENTS = {
    "docker": (docker.ModuleDocFragment.DOCUMENTATION, argument_spec.docker_argument_spec),
    "gluetuns": (host.ModuleDocFragment.DOCUMENTATION, argument_spec.gluetuns_argument_spec),
    "engines": (host.ModuleDocFragment.ENGINES, argument_spec.engines_argument_spec),
    "probe": (host.ModuleDocFragment.PROBE, argument_spec.probe_argument_spec),
    "state": (state.ModuleDocFragment.DOCUMENTATION, argument_spec.state_argument_spec),
}


def compare(documented, spec):
    assert set(documented) == set(spec)
    for name, option in spec.items():
        said = documented[name]
        for key in ("type", "elements", "default", "required", "aliases"):
            assert said.get(key) == option.get(key), (name, key)
        if "options" in option:
            compare(said["suboptions"], option["options"])


@pytest.mark.parametrize("name", FRAGMENTS)
def test_each_fragment_describes_its_options(name):
    text, spec = FRAGMENTS[name]
    compare(yaml.safe_load(text)["options"], spec())


def test_every_secret_is_kept_from_the_log():
    options = argument_spec.gluetuns_argument_spec()["gluetuns"]["options"]
    assert {name for name, option in options.items() if option.get("no_log")} == {"api_key", "password"}


def test_certificates_come_from_the_directory_of_the_docker_cli(monkeypatch):
    function, arguments = argument_spec.docker_argument_spec()["client_key"]["fallback"]
    monkeypatch.setenv("DOCKER_CERT_PATH", "/certs")
    assert function(*arguments) == "/certs/key.pem"
    monkeypatch.delenv("DOCKER_CERT_PATH")
    with pytest.raises(argument_spec.AnsibleFallbackNotFound):
        function(*arguments)
