# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which of Docker's events cause a look."""

from __future__ import annotations

import pytest
from acestream_vpn_exporter.config import parse
from acestream_vpn_exporter.docker_events import DockerEvents

from tests.plain.exporter.test_config import GOOD, HOST

ENGINES = {"engines": [{"name": "declared", "gluetun": "gluetun"}], "engine_filters": ["app=stream"]}


@pytest.mark.parametrize(
    ("attributes", "concerns"),
    [
        ({"name": "gluetun"}, True),
        ({"name": "declared"}, True),
        ({"name": "x", "acestream.vpn_container": "gluetun"}, True),
        ({"name": "x", "acestream.vpn_container": "another"}, False),
        ({"name": "x", "acestream.vpn_container": "another", "app": "stream"}, False),
        ({"name": "x", "acestream.vpn_container": "service", "com.docker.compose.project": "media"}, True),
        ({"name": "declared", "acestream.vpn_container": "another"}, True),
        ({"name": "x", "app": "stream"}, True),
        ({"name": "x", "com.example": "y"}, False),
        ({}, False),
    ],
)
def test_an_event_concerns_the_declared_gluetuns_and_their_engines_alone(attributes, concerns):
    events = DockerEvents(parse({"host": {**HOST, **ENGINES}, "policy": {}}).host, lambda: None)
    assert events.concerns({"Actor": {"Attributes": attributes}}) is concerns


def test_an_event_without_an_actor_concerns_nobody():
    assert not DockerEvents(parse(GOOD).host, lambda: None).concerns({})
