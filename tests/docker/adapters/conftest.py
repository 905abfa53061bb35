# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A lab of their own for the tests of the adapters, and what looks at it."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import connect
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Observation
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import GluetunOptions
from ansible_collections.acestream.vpn.plugins.module_utils._observe.host import observe
from ansible_collections.acestream.vpn.tests.unit.plugins.module_utils.option_builders import host_options

from lab.files import api_key
from lab.running import RunningLab, docker_answers, running

PREFIX = "aceadapt"


class Eyes:
    """Looks at a lab as a module on its host does.

    :ivar options: what it looks at, and how.
    """

    def __init__(self, lab: RunningLab) -> None:
        self.lab = lab
        self.vpn = lab.lab.vpns[0]
        self.gluetun_name = self.vpn.gluetun
        self.engine_names = [engine.name for engine in self.vpn.engines]
        self.options = host_options(
            gluetuns=[GluetunOptions(self.gluetun_name, api_key=api_key(PREFIX))],
            docker_host=os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock"),
            probe_timeout=1.0,
        )
        self.client = connect(self.options.docker)

    def look(self, **changes: Any) -> Observation:
        """Look once."""
        return observe(self.client, replace(self.options, **changes))

    def gluetun(self, **changes: Any) -> Any:
        """The evidence about the gluetun."""
        return self.look(**changes).gluetuns[self.gluetun_name]

    def engine(self, number: int = 1, **changes: Any) -> Any:
        """The evidence about an engine; they are counted from 1."""
        return self.look(**changes).engines[self.engine_names[number - 1]]

    def until(self, wanted: Any, seconds: float = 30.0) -> Observation:
        """Look until something is so.

        :param wanted: of an observation, a truth.
        """
        deadline = time.monotonic() + seconds
        while True:
            seen = self.look()
            if wanted(seen):
                return seen
            assert time.monotonic() < deadline, seen
            time.sleep(0.2)

    def pid(self, name: str) -> int:
        """The first process of a container."""
        return self.lab.container(name).attrs["State"]["Pid"]


@pytest.fixture(scope="session")
def adapters_lab():
    """One lab for all files."""
    if not docker_answers():
        pytest.skip("Docker does not answer here")
    with running(prefix=PREFIX, subnet="10.147.0.0/16", host_port_base=20100, engines=3) as lab:
        yield lab


@pytest.fixture
def eyes(adapters_lab: RunningLab):
    """The lab with everything working; whatever a test breaks is healed at once."""
    seeing = Eyes(adapters_lab)
    yield seeing
    adapters_lab.heal()
