# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ends the program with a sentence."""

from __future__ import annotations


class NewerDockerError(Exception):
    """What went wrong, and what to do about it."""

    def __init__(self, what: str, do: str = "") -> None:
        """Keep both; ``do`` may be empty where the first says it all."""
        super().__init__(f"{what}\n  -> {do}" if do else what)
