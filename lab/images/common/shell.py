# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands run as a container's set-up: they must succeed."""

from __future__ import annotations

import subprocess
import sys


def run(*command: str) -> None:
    """Run a command, and end the program with what it said if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")


def iptables(rule: str) -> None:
    """Set one rule, waiting for whoever else is setting one."""
    run("iptables", "-w", *rule.split())
