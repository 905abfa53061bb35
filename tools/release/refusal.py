# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one way in which a release does not come about."""

from __future__ import annotations


class Refused(Exception):
    """There is no release, and nothing was changed. The message is one line, and says what to do."""
