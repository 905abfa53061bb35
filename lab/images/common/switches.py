# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults are files: ``docker exec`` writes one, the program reads it when it matters; no file, no fault."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path("/run/lab")


def switch(name: str) -> str:
    """The fault that is set under this name; empty where none is."""
    try:
        return (FOLDER / name).read_text(encoding="utf-8").strip()
    except OSError:
        return ""
