# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in that is set up as the recorded Gluetun was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lab import control, files
from lab.running import RunningLab, docker_answers, running


@pytest.fixture(scope="session")
def recorded_lab(worker_id: str) -> Iterator[RunningLab]:
    """A lab of one Gluetun whose public address and port are the recorded ones."""
    if not docker_answers():
        pytest.skip("Docker does not answer")
    number = int(worker_id.removeprefix("gw")) if worker_id != "master" else 0
    with running(prefix=f"acelabc{number}", subnet=f"10.{170 + number}.0.0/16", engines=0) as lab:
        yield lab


@pytest.fixture
def steady(recorded_lab: RunningLab) -> RunningLab:
    """A tunnel that has just come up, so that its renewals and checks fall at the same times in each run."""
    recorded_lab.heal()
    control.cycle(recorded_lab.lab.vpns[0], files.api_key(recorded_lab.lab.prefix))
    recorded_lab.heal()
    return recorded_lab
