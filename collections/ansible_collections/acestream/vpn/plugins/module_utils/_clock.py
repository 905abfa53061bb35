# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clocks of the Docker host.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import time
from typing import Any, Dict

from ansible_collections.acestream.vpn.plugins.module_utils._docker import as_epoch, call, is_local


def now(client: Any, params: Dict[str, Any]) -> float:
    """Epoch seconds on the Docker host's clock, which is this machine's where Docker is local."""
    if is_local(params):
        return time.time()
    return as_epoch(call(client.info).get("SystemTime")) or time.time()


def tick() -> float:
    """Seconds since boot: a clock that never jumps and goes on in suspend."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def boot() -> str:
    """Identity of this boot."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as handle:
            return handle.read().strip()
    except OSError:
        return "unknown"
