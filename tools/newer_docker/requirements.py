# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a machine needs for a newer Docker."""

from __future__ import annotations

import os
import platform
from pathlib import Path

#: Of the package debian-archive-keyring.
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


def unmet(distribution: str | None = None, keyring: Path = KEYRING, user: int | None = None) -> str:
    """Why this machine cannot run it.

    :param distribution: its ID as in os-release, read from there unless it is given.
    :param user: the number of who runs it, the current one's unless it is given.
    :returns: a sentence without its end; empty where it can.
    """
    if (distribution or _distribution()) != "debian":
        return "its packages come from Debian's mirror, and this is not Debian"
    if not keyring.exists():
        return "debian-archive-keyring is not installed"
    if os.geteuid() if user is None else user:
        return "namespaces and a daemon need root"
    return ""


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release()["ID"]
    except OSError:
        return ""
