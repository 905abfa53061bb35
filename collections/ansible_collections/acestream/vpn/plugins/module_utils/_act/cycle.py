# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cycle a tunnel: stopped, then running. The container and its network namespace stay as they are.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import time
from typing import Any, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._observe.control_server import STATUS


class CycleRefused(Exception):
    """The control server did not let us: nothing was touched. The message says what to do."""


class CycleIncomplete(Exception):
    """The tunnel was told to stop, and what became of it is not as wanted. The message says what to do."""


def cycle(server: Any, status: Optional[str], timeout: float) -> None:
    """Stop the tunnel, then let it run, each with its own deadline.

    Once it was told to stop, it is told to run in any case: Gluetun does the two in that order, even where the first
    one blocks for longer than anybody waits.

    :param server: a C(ControlServer).
    :param status: the tunnel's status now.
    :param timeout: for each half, seconds.
    :raises CycleRefused: the key's role lacks the route.
    :raises CycleIncomplete: it was not seen to stop, or not to run again.
    """
    stopped = status == "stopped" or _stop(server, timeout)
    switch = server.put_status("running", time.monotonic() + timeout)
    if not switch:
        raise CycleIncomplete(
            f"its tunnel was told to stop and could not be brought back to running within {timeout:g} s: "
            f"{switch.problem}. The restart that is due next mends that; to do it now, restart the container, or send "
            f"PUT {STATUS} with the status running"
        )
    if not stopped:
        raise CycleIncomplete(
            f"its tunnel was told to stop and was not seen to within {timeout:g} s; it was told to run again. "
            "Gluetun may still be busy with it: the restart that is due next mends what this did not"
        )


def _stop(server: Any, timeout: float) -> bool:
    deadline = time.monotonic() + timeout
    switch = server.put_status("stopped", deadline)
    if not switch and time.monotonic() < deadline:
        # It gives up early for one reason only, which is a refusal.
        raise CycleRefused(switch.problem)
    return bool(switch)
