# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host for the tests of each test process, with a lab of one VPN and two engines in its own Docker."""

from __future__ import annotations

import pytest

from tests.systemd.roles.systemd_host import InnerLab, SystemdHost


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory, worker_id: str):
    with SystemdHost(f"roles-{worker_id}", tmp_path_factory.mktemp("host")) as running:
        yield running


@pytest.fixture(scope="session")
def lab(host: SystemdHost, worker_id: str) -> InnerLab:
    """Removed with its host."""
    made = host.lab(f"aceroles-{worker_id}", engines=2)
    made.up()
    return made
