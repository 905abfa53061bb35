# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where pip finds packages here, for the containers in which tests call it."""

from __future__ import annotations

import os
import re
import subprocess
import sys

#: Of pip's settings, those that say where packages come from.
_SOURCES = ("cert", "extra-index-url", "find-links", "index-url", "proxy", "trusted-host")


def settings() -> dict[str, str]:
    """As pip's own settings and variables say; empty: at its default."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    found = dict(re.findall(r"^[\w:]+\.([\w-]+)='(.*)'$", listed, re.MULTILINE))
    return {name: value for name, value in found.items() if name in _SOURCES}


def configuration() -> str:
    """A C(pip.conf) with these settings."""
    lines = [f"{name} = {value}" for name, value in settings().items()]
    return "\n".join(["[global]", "disable-pip-version-check = true", *lines]) + "\n"


def paths() -> list[str]:
    """Files and folders that those settings name."""
    return [value for value in settings().values() if os.path.isabs(value) and os.path.exists(value)]
