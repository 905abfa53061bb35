# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Log lines in the form of Gluetun's, at once and in order."""

from __future__ import annotations

import sys
import threading
import time

_LOCK = threading.Lock()


def log(level: str, part: str, message: str) -> None:
    """Write ``2026-01-01T00:00:00Z LEVEL [part] message``."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    with _LOCK:
        sys.stdout.write(f"{now} {level} [{part}] {message}\n")
        sys.stdout.flush()
