# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Follows Docker's events, so that a look is taken at once when a Gluetun or an engine stops or starts."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from typing import Any

from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerError, call, connect
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import HostOptions
from ansible_collections.acestream.vpn.plugins.module_utils._observe.belonging import PROJECT

#: What can change a verdict. C(exec_...) is not among them: each of Docker's own health checks is two of those.
EVENTS = ("create", "start", "restart", "die", "kill", "stop", "pause", "unpause", "destroy", "rename", "oom")
_FILTERS = {"type": "container", "event": list(EVENTS)}
#: Waits between two attempts to follow, seconds: doubled from the first to the last.
_FIRST_WAIT, _LAST_WAIT = 1.0, 30.0

_log = logging.getLogger(__name__)


class DockerEvents:
    """A thread that calls back for each event of a container that matters.

    :param host: what is looked at, and how to reach its Docker.
    :param happened: called in this object's thread.
    """

    def __init__(self, host: HostOptions, happened: Callable[[], None]) -> None:
        self._docker = host.docker
        self._happened = happened
        self._names = {item.name for item in host.gluetuns} | {item.name for item in host.engines}
        self._gluetuns = set(host.gluetun_names)
        self._label = host.discovery.engine_label
        self._filters = {entry.split("=")[0] for entry in host.discovery.engine_filters}
        self._stopping = threading.Event()
        self._stream: Any = None
        self._thread = threading.Thread(target=self._run, name="docker-events", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        # It may be closed already, or be closing: then the SDK finds no socket in it.
        with contextlib.suppress(Exception):
            self._stream.close()

    def concerns(self, event: dict[str, Any]) -> bool:
        """Whether an event is about a Gluetun or an engine of one. Docker sends a container's labels as attributes."""
        attributes = event.get("Actor", {}).get("Attributes", {})
        if attributes.get("name") in self._names:
            return True
        if self._label in attributes:
            # Engines of other Gluetuns of this machine are looked after by others. In a Compose project the label may
            # name a service: which container that is, an event does not say, and a look does.
            return attributes[self._label] in self._gluetuns or PROJECT in attributes
        return not self._filters.isdisjoint(attributes)

    def _run(self) -> None:
        wait, said = _FIRST_WAIT, False
        while not self._stopping.is_set():
            try:
                with contextlib.closing(connect(self._docker)) as client:
                    self._stream = call(client.events, decode=True, filters=_FILTERS)
                    if said:
                        _log.info("Docker's events are followed again")
                    wait, said = _FIRST_WAIT, False
                    # What happened while nobody followed was missed.
                    self._happened()
                    for event in self._stream:
                        if self.concerns(event):
                            self._happened()
                why = "Docker ended their stream"
            except DockerError as error:
                why = str(error)
            except Exception as error:
                # Closed by us when we stop, by Docker when it does; the SDK raises what it likes then.
                why = f"their stream broke ({type(error).__name__})"
            if not said and not self._stopping.is_set():
                # Once, until they are followed again.
                _log.warning("Docker's events cannot be followed, and looks go on at their interval: %s", why)
                said = True
            self._stopping.wait(wait)
            wait = min(_LAST_WAIT, wait * 2)
