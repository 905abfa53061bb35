# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a new engine is made of: variants, placeholders, labels, limits, and what is refused."""

from __future__ import annotations

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._act.engine_spec import (
    Allocation,
    SpecError,
    as_bytes,
    complete,
    payload,
    published,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.engine_variants import VARIANTS
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_ports import (
    EnginePorts,
    command_line,
    ports,
)
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_words import option
from ansible_collections.acestream.vpn.plugins.module_utils._settings.options_from import new_engine_options
from hypothesis import given
from hypothesis import strategies as st

PLACE = Allocation("ace-1", "gluetun", 19000, 19001, 45001, forwarded=True, host_http_port=29000)
OWN = {"restart_policy": "unless-stopped", "name_prefix": "ace-", "image": "mine:1"}
COMMAND = ["/start", "--http-port", "{http_port}", "--https-port={https_port}", "--port", "{p2p_port}"]


def completed(**spec):
    return complete(new_engine_options({**OWN, **spec}))


@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_every_variant_is_told_its_ports(variant):
    made = payload(completed(image=None, variant=variant), PLACE, "id", {"pool": ""})
    found = ports({"Config": {"Cmd": made.get("Cmd"), "Env": made["Env"], "Labels": made["Labels"]}})
    assert found == EnginePorts(19000, 45001, "label", 19001)
    assert made["Labels"]["acestream.engine_variant"] == variant


def test_everything_declared_is_in_the_container():
    spec = completed(
        command=COMMAND,
        environment={"NOTE": "{unknown} {p2p_port}"},
        labels={"mine": "yes", "acestream.http_port": "1"},
        volumes=["cache:/cache"],
        memory="512m",
        cpus=1.5,
    )
    made = payload(spec, PLACE, "id", {"acestream.vpn_container": "gluetun"})
    assert made["Image"] == "mine:1"
    assert made["Cmd"] == ["/start", "--http-port", "19000", "--https-port=19001", "--port", "45001"]
    assert made["Env"] == ["NOTE={unknown} 45001"]
    assert made["HostConfig"] == {
        "NetworkMode": "container:id",
        "RestartPolicy": {"Name": "unless-stopped"},
        "Binds": ["cache:/cache"],
        "Memory": 512 * 1024 * 1024,
        "NanoCpus": 1_500_000_000,
    }
    assert made["Labels"] == {
        "mine": "yes",
        "acestream.vpn_container": "gluetun",
        "acestream.http_port": "19000",
        "acestream.https_port": "19001",
        "acestream.forwarded": "true",
        "host.http_port": "29000",
    }


def test_what_the_user_says_wins_over_the_variant():
    made = completed(variant="jopsis-amd64", environment={"TZ": "UTC"})
    assert made.image == "mine:1"
    assert set(made.environment) == {"ACESTREAM_ARGS", "TZ"}


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({}, "engine.image is missing.*krinkuto11-amd64"),
        ({"variant": "nobody"}, "engine.variant is 'nobody': give one of .*jopsis-amd64"),
        ({"image": "mine:1"}, "must hold --http-port {http_port}"),
        ({"image": "mine:1", "command": COMMAND[:3]}, "must hold --https-port {https_port}"),
        ({"image": "mine:1", "command": [*COMMAND[:4], "--port", "8621"]}, "must hold --port {p2p_port}"),
        ({"image": "mine:1", "command": COMMAND, "memory": "much"}, "engine.memory is 'much'.*512m"),
        ({"image": "mine:1", "command": COMMAND, "name_prefix": "/x"}, "engine.name_prefix is '/x'"),
    ],
)
def test_what_makes_no_sense_is_named(spec, said):
    with pytest.raises(SpecError, match=said):
        complete(new_engine_options(spec))


@given(st.integers(0, 10**6), st.sampled_from(["", "b", "k", "m", "g", "K", "MB"]))
def test_amounts_of_memory(number, unit):
    factor = {"": 1, "b": 1, "k": 1024, "m": 1024**2, "g": 1024**3}[unit.lower().rstrip("b") or ""]
    assert as_bytes(f"{number}{unit}") == number * factor


def test_where_docker_publishes():
    raw = {
        "NetworkSettings": {
            "Ports": {"19000/tcp": [{"HostIp": "0.0.0.0", "HostPort": "29000"}], "8000/tcp": None, "53/udp": []}
        }
    }
    assert published(raw) == {19000: 29000}
    assert published({}) == {}


def test_only_placeholders_are_replaced():
    made = payload(completed(command=[*COMMAND, "{{ 1 }}", "${http_port}"]), PLACE, "id", {})
    assert made["Cmd"][-2:] == ["{{ 1 }}", "$19000"]
    assert option(command_line(made), "--port") == 45001
