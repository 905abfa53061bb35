# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the simulation is looking for."""

from __future__ import annotations


class Violation(AssertionError):
    """Something happened that must never happen."""
