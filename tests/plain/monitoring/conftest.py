# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role writes, once for all tests."""

from __future__ import annotations

import pytest

from lab.monitoring import configure

TOKENS = {"monitoring_exporter_token": "the-exporters-own", "monitoring_webhook_token": "the-webhooks-own"}
SETTINGS = {
    "monitoring_targets": [{"host": "h", "address": "192.0.2.7:9811"}],
    "monitoring_webhook_url": "http://127.0.0.1:5000/alerts",
    **TOKENS,
}


@pytest.fixture(scope="session")
def rendered(tmp_path_factory):
    """The folder with the role's files, all figures being those of the specification."""
    folder = tmp_path_factory.mktemp("monitoring")
    configure(folder, **SETTINGS)
    return folder
