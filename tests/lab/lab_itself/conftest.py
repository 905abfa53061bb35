# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One lab for all tests of the lab, healed after each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lab.running import RunningLab, docker_answers, running


@pytest.fixture(scope="session")
def session_lab(worker_id: str) -> Iterator[RunningLab]:
    """A lab with a name, addresses and ports of its own, one for each test process."""
    if not docker_answers():
        pytest.skip("Docker does not answer")
    number = int(worker_id.removeprefix("gw")) if worker_id != "master" else 0
    ports = 25000 + 100 * number
    with running(prefix=f"acelabt{number}", subnet=f"10.{150 + number}.0.0/16", host_port_base=ports, engines=2) as lab:
        yield lab


@pytest.fixture
def lab(session_lab: RunningLab) -> Iterator[RunningLab]:
    """The lab in working order, and again afterwards."""
    session_lab.heal()
    yield session_lab
    session_lab.heal()
