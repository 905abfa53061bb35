# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The clocks of the Docker host.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import time
from typing import Any, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import call, is_local
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker_time import as_epoch
from ansible_collections.acestream.vpn.plugins.module_utils._host.parallel import gather
from ansible_collections.acestream.vpn.plugins.module_utils._model.maintenance_window import Moment
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import DockerOptions


def now(client: Any, docker: DockerOptions, patience: Optional[float] = None) -> float:
    """Epoch seconds on the Docker host's clock, which is this machine's where Docker is local.

    Where a remote Docker does not say, this machine's clock is the best guess.

    :param patience: how long it may take to say it, seconds; None: as long as any call.
    """
    if is_local(docker):
        return time.time()
    deadline = time.monotonic() + (docker.timeout if patience is None else patience)
    told = gather({"clock": lambda: remote_now(client)}, deadline)["clock"]
    return told if isinstance(told, float) else time.time()


def remote_now(client: Any) -> float:
    """Epoch seconds on the clock of the daemon's host.

    :raises DockerError: Docker did not say.
    """
    told = as_epoch(call(client.info).get("SystemTime"))
    return time.time() if told is None else told


def moment(client: Any, docker: DockerOptions, patience: Optional[float] = None) -> Moment:
    """This moment on every clock; see C(now)."""
    return Moment(now(client, docker, patience), tick(), boot())


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
