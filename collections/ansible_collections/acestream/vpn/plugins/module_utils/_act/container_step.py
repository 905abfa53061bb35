# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make Docker act on a container and find out what came of it, even where its answer does not arrive.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import time
from typing import Any, Callable, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import (
    DockerRefused,
    DockerUnknown,
    call,
    inspect,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Container

#: Seconds between two looks at what a call came to whose answer did not arrive.
_POLL = 0.25


def settle(
    client: Any,
    name: str,
    act: Callable[[], Any],
    reached: Callable[[Optional[Container]], bool],
    patience: float,
) -> None:
    """Make a call; where no answer comes in time, look until it can be seen to have worked.

    A time-out says nothing of what Docker did: it may be done, or be done later.

    :param name: the container to look at, by name or ID.
    :param reached: whether the container is as the call should leave it.
    :param patience: how long to look, seconds.
    :raises DockerRefused: Docker would not.
    :raises DockerUnknown: nobody knows, after all that looking.
    """
    try:
        call(act)
    except DockerUnknown as unknown:
        if not _seen(client, name, reached, patience):
            raise unknown


def _seen(client: Any, name: str, reached: Callable[[Optional[Container]], bool], patience: float) -> bool:
    deadline = time.monotonic() + patience
    while True:
        try:
            if reached(inspect(client, name)):
                return True
        except DockerUnknown:
            pass  # it is still not answering, which is what is being waited for
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL)


def unless_gone(act: Callable[[], Any]) -> None:
    """Make a call on a container that is to go: one that is gone, or on its way, is as good.

    :raises DockerRefused: Docker would not for any other reason.
    """
    try:
        call(act)
    except DockerRefused as error:
        if error.status != 404 and "already in progress" not in str(error):
            raise


def restarted_after(before: Container) -> Callable[[Optional[Container]], bool]:
    """Whether a container runs and was started anew since C(before)."""

    def reached(container: Optional[Container]) -> bool:
        return container is not None and container.running and container.started_at != before.started_at

    return reached


def running(container: Optional[Container]) -> bool:
    return container is not None and container.running


def at_rest(container: Optional[Container]) -> bool:
    return container is None or container.state in ("created", "exited", "dead")


def gone(container: Optional[Container]) -> bool:
    return container is None
