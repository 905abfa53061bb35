# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exporter and recovery runs at the same time under random faults, for a minute; `make soak` does it for ten."""

from __future__ import annotations

import pytest

from tests.lab.soak.soak import soak
from tests.lab.soak.trouble import Figures

LAB = {"vpns": 2, "engines": 4}
SEED, SECONDS = 7, 45.0
BRISK = Figures(lasts=(3.0, 12.0), quiet=(2.0, 8.0))


@pytest.mark.full
def test_a_minute_of_random_faults_leaves_one_history(world):
    result = soak(world, SEED, SECONDS, figures=BRISK, every=12.0, watch_for=25.0)
    assert not result["violations"], result
    assert result["journal_lines"] > 5, result
