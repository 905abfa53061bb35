# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Follows Docker's events, so that a look is taken at once when a Gluetun or an engine stops or starts."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from ansible_collections.acestream.vpn.plugins.module_utils._docker import DockerError, call, connect

#: What can change a verdict. C(exec_...) is not among them: each of Docker's own health checks is two of those.
EVENTS = ("create", "start", "restart", "die", "kill", "stop", "pause", "unpause", "destroy", "rename", "oom")
#: Waits between two attempts to follow, seconds: doubled from the first to the last.
_FIRST_WAIT, _LAST_WAIT = 1.0, 30.0

_log = logging.getLogger(__name__)


class DockerEvents:
    """A thread that calls back for each event of a container that matters.

    :param host: the options of a look.
    :param happened: called in this object's thread.
    """

    def __init__(self, host: dict[str, Any], happened: Callable[[], None]) -> None:
        self._host = host
        self._happened = happened
        self._names = {item["name"] for item in (*host["gluetuns"], *host["engines"])}
        self._labels = {host["engine_label"], *(entry.split("=")[0] for entry in host["engine_filters"])}
        self._stopping = threading.Event()
        self._stream: Any = None
        self._thread = threading.Thread(target=self._run, name="docker-events", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._stream is not None:
            self._stream.close()

    def concerns(self, event: dict[str, Any]) -> bool:
        """Whether an event is about a Gluetun or an engine. Docker sends a container's labels as attributes."""
        attributes = event.get("Actor", {}).get("Attributes", {})
        return attributes.get("name") in self._names or not self._labels.isdisjoint(attributes)

    def _run(self) -> None:
        wait = _FIRST_WAIT
        while not self._stopping.is_set():
            try:
                client = connect(self._host)
                self._stream = call(client.events, decode=True, filters={"type": "container", "event": list(EVENTS)})
                # What happened while nobody followed was missed.
                self._happened()
                for event in self._stream:
                    wait = _FIRST_WAIT
                    if self.concerns(event):
                        self._happened()
            except DockerError as error:
                _log.warning("Docker's events cannot be followed, and looks go on at their interval: %s", error)
            except Exception as error:
                # Closed by us when we stop, by Docker when it does; the SDK raises what it likes then.
                if not self._stopping.is_set():
                    _log.warning("Docker's event stream broke (%s)", type(error).__name__)
            self._stopping.wait(wait)
            wait = min(_LAST_WAIT, wait * 2)
