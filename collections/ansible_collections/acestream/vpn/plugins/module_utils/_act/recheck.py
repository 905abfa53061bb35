# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The last look before an engine is acted on: what it and its gluetun are right now.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import threading
import time
from typing import Any, Dict, Optional, Set, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._act.desired_engine import Situation
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import (
    DockerError,
    DockerUnknown,
    as_container,
    inspect,
    inspect_raw,
    list_named,
)
from ansible_collections.acestream.vpn.plugins.module_utils._host.namespace import belongs_to, identity
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Container
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import EngineOptions
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_discovery import ASIDE_SUFFIX, engine_name
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_ports import EnginePorts, ports
from ansible_collections.acestream.vpn.plugins.module_utils._observe.streams import live_streams, live_streams_by_exec

#: For how long a look at a gluetun is good for all its engines, seconds.
_FRESH = 0.3
#: How long an exec may take where streams cannot be counted otherwise, seconds.
_EXEC = 5.0


class Recheck:
    """Looks at engines; several threads may use it at once."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._gluetuns: Dict[str, Tuple[float, bool, Optional[Container]]] = {}
        self._locks: Dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def asides(self) -> Optional[Set[str]]:
        """Names of the engines of which a recreation has put something aside; None: Docker did not say."""
        try:
            return {engine_name(name) for name in list_named(self._client, ASIDE_SUFFIX)}
        except DockerError:
            return None

    def gluetun(self, name: str) -> Tuple[bool, Optional[Container]]:
        """Whether Docker answered about a gluetun, and its container."""
        with self._guard:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            at, known, container = self._gluetuns.get(name, (0.0, False, None))
            if not known or time.monotonic() - at > _FRESH:
                try:
                    known, container = True, inspect(self._client, name)
                except DockerUnknown:
                    known, container = False, None
                self._gluetuns[name] = (time.monotonic(), known, container)
            return known, container

    def look(
        self, engine: EngineOptions, asides: Optional[Set[str]], count_streams: bool, is_gluetun: bool
    ) -> Situation:
        """Look at one engine.

        :param asides: as C(asides) gave it.
        """
        if asides is None:
            # Docker does not answer: asking it once more for each engine would only take its time.
            return Situation(known=False, gluetun_known=False, is_gluetun=is_gluetun)
        gluetun_known, gluetun = self.gluetun(engine.gluetun)
        name = engine.name
        try:
            raw = inspect_raw(self._client, name)
            aside = inspect(self._client, name + ASIDE_SUFFIX) if name in asides else None
        except DockerUnknown:
            return Situation(known=False, gluetun=gluetun, gluetun_known=gluetun_known, is_gluetun=is_gluetun)
        container = None if raw is None else as_container(raw)
        its = EnginePorts() if raw is None else ports(raw, engine.http_port)
        return Situation(
            engine=container,
            aside=aside,
            gluetun=gluetun,
            gluetun_known=gluetun_known,
            netns=_namespace(container),
            gluetun_netns=_namespace(gluetun),
            streams=self._streams(container, its.http) if count_streams and container else None,
            is_gluetun=is_gluetun,
            p2p_port=its.p2p,
        )

    def _streams(self, container: Container, port: Optional[int]) -> Optional[int]:
        if not container.running:
            return 0
        if port is None:
            return None
        if belongs_to(container.pid, container.id):
            return live_streams(container.pid, port)
        return live_streams_by_exec(self._client, container.id, port, time.monotonic() + _EXEC)


def _namespace(container: Optional[Container]) -> Optional[str]:
    if container is None or not container.pid or not belongs_to(container.pid, container.id):
        return None
    return identity(container.pid)
