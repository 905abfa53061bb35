# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one exception that the command line turns into a sentence and an exit code."""

from __future__ import annotations


class LabError(Exception):
    """Something the user can act on: what went wrong, and what to do about it."""

    def __init__(self, what: str, do: str = "") -> None:
        """Keep both sentences; ``do`` may be empty where the first says it all."""
        super().__init__(what)
        self.what = what
        self.do = do

    def __str__(self) -> str:
        return f"{self.what}\n  -> {self.do}" if self.do else self.what
