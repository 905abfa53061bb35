# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long the probes of one look took. Nothing is judged by it; it is for whoever measures.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import time
from typing import Any, Callable, List, Tuple, TypeVar

Result = TypeVar("Result")

EGRESS = "egress"
DNS = "dns"
CONTROL = "control"
ENGINE = "engine"
DOCKER = "docker"
PROBES = (EGRESS, DNS, CONTROL, ENGINE, DOCKER)


class Timings:
    """Collects C((probe, seconds)), from any thread. A probe that is still under way is not in it."""

    def __init__(self) -> None:
        self._found: List[Tuple[str, float]] = []

    def of(self, probe: str, task: Callable[..., Result], *arguments: Any) -> Result:
        """Call C(task), and note how long it took, whatever came of it."""
        began = time.monotonic()
        try:
            return task(*arguments)
        finally:
            self._found.append((probe, time.monotonic() - began))

    def so_far(self) -> Tuple[Tuple[str, float], ...]:
        return tuple(self._found)
