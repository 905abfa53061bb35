# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""200 clients of the events and 50 requests a second, with clients among them that read nothing, or next to nothing.

Times are bounded generously here; `python -m tests.plain.exporter.load` measures them, for a minute and longer.
"""

from __future__ import annotations

import os

from tests.plain.exporter.load import load

SECONDS = float(os.environ.get("LOAD_SECONDS", "12"))


def test_nobody_misses_a_transition_and_bad_clients_delay_nobody(tmp_path):
    result = load(tmp_path, SECONDS, stalled_after=3)
    figures = result.figures
    assert not result.violations, (result.violations, figures)
    assert figures["rotations"] >= 1, "the journal was set aside meanwhile"
    assert figures["lines"] > 5 * SECONDS, "there was something to tell"
    assert figures["event_delay_max"] < 5, figures
    assert figures["request_max"] < 5, figures
    # What the bad clients asked for alone is 120 MB.
    assert figures["rss_max_mb"] - figures["rss_first_mb"] < 40, figures
