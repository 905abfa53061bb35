# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is done to one container, whether it is a Gluetun or an engine: the words for it, and the doing.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.acestream.vpn.plugins.module_utils._act import container_step
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Container

NOTHING = "none"
START = "start"
UNPAUSE = "unpause"
RESTART = "restart"
STOP = "stop"


def carry_out(client: Any, action: str, before: Container, timeout: float, grace: int) -> None:
    """Do it, and see that it is done.

    :param before: the container as it was when that was chosen.
    :param timeout: of a call to Docker, seconds.
    :param grace: how long the container may take to stop, seconds.
    :raises DockerRefused: Docker would not.
    :raises DockerUnknown: nobody knows what came of it.
    """
    name, patience = before.id, timeout + grace
    if before.state == "paused":
        # A paused container does not hear SIGTERM.
        container_step.settle(client, name, lambda: client.unpause(name), container_step.running, patience)
    if action == RESTART:
        reached = container_step.restarted_after(before)
        container_step.settle(client, name, lambda: client.restart(name, timeout=grace), reached, patience)
    elif action == START:
        container_step.settle(client, name, lambda: client.start(name), container_step.running, patience)
    elif action == STOP:
        container_step.settle(client, name, lambda: client.stop(name, timeout=grace), container_step.at_rest, patience)
