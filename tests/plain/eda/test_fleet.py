# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many exporters, one process: everything is delivered once.

How fast is measured by `python -m tests.plain.eda.fleet`.
"""

from __future__ import annotations

from tests.plain.eda.fleet import measure


def test_two_hundred_exporters_and_every_transition_arrives_once():
    result = measure(exporters=200, transitions=5, seconds=3)
    assert (result["delivered"], result["repeated"]) == (result["sent"], 0), result
