# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A lab of its own for each test file, and the runs that are made against it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.e2e.harness import Lab
from tests.lab.e2e.preloaded import Preloaded

FILES = sorted(path.name for path in Path(__file__).parent.glob("test_*.py"))


@pytest.fixture(scope="session")
def preloaded():
    """What runs playbooks for all files of this process."""
    made = Preloaded()
    yield made
    made.close()


@pytest.fixture(scope="module")
def lab(request: pytest.FixtureRequest, preloaded: Preloaded):
    """A lab that works, taken down when the file's tests are over. C(LAB) in the file says what it has."""
    name = request.module.__name__.rpartition("test_")[2].replace("_", "-")
    # Files may run side by side: each gets a network and ports of its own.
    slot = FILES.index(request.path.name)
    made = Lab(f"ace2e-{name}", slot, **getattr(request.module, "LAB", {}))
    made.ansible = preloaded
    made.up()
    yield made
    made.down()


@pytest.fixture
def world(lab: Lab):
    """The lab, with everything working, nothing remembered, and healed again afterwards."""
    lab.heal()
    lab.forget()
    yield lab
    lab.heal()
