# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A lab of its own for each test file, and the runs that are made against it."""

from __future__ import annotations

import hashlib

import pytest

from tests.e2e.harness import Lab


@pytest.fixture(scope="module")
def lab(request: pytest.FixtureRequest):
    """A lab that works, taken down when the file's tests are over."""
    name = request.module.__name__.rpartition("test_")[2].replace("_", "-")
    # Files may run side by side: each gets a network and ports of its own, always the same ones.
    slot = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 100
    made = Lab(f"ace2e-{name}", slot)
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
