# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the lab tells its user: one line for each thing it does."""

from __future__ import annotations

import sys
from typing import TextIO


def say(line: str, out: TextIO | None = None) -> None:
    """Print one line at once, also into a pipe."""
    print(line, file=out or sys.stdout, flush=True)
