# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the simulated programs share on the host: the memory, the documents and the act lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import Memory, from_document

from tests.plain.simulation.violation import Violation
from tests.plain.simulation.watcher import Watcher

#: Seconds that a module waits for the act lock.
LOCK_TIMEOUT = 60.0


class LockBusy(Exception):
    """Another run acted for too long."""


class SimulatedStore:
    """Has what C(Store) has, without files: an update is whole or not at all, and one at a time."""

    directory = "simulated"

    def __init__(self, watcher: Watcher) -> None:
        self.memory = Memory()
        self.documents: dict[str, Any] = {}
        self._watcher = watcher
        self._updates = 0
        self._holder: str | None = None

    def memory_in_trouble(self) -> bool:
        """Something is remembered that a further run would have to see to."""
        gluetuns, engines = self.memory.gluetuns.values(), self.memory.engines.values()
        return any(item.outage_since is not None for item in gluetuns) or any(
            item.wrong_since is not None for item in engines
        )

    def load(self) -> tuple[Memory, None]:
        return self.memory, None

    def update(
        self,
        change: Callable[[Memory], tuple[Memory, Any]],
        tell: Callable[[Any], Any] | None = None,
        publish: Callable[[Any], None] | None = None,
    ) -> tuple[Any, None]:
        after, result = change(self.memory)
        self._watcher.remembered(self.memory, after)
        self._updates += 1
        if self._updates % 20 == 0 and from_document(after.as_document()) != after:
            raise Violation("the memory does not survive being written and read")
        self.memory = after
        if publish:
            publish(result)
        return result, None

    def note(self, transitions: list) -> list[str]:
        return []

    def write(self, name: str, document: Any, mode: int) -> None:
        self.documents[name] = document

    def lock(self, who: str) -> Iterator[float]:
        """Wait for the act lock; yields how long. The kernel lets go of it when its holder ends (C(unlock)).

        :raises LockBusy: another run held it for too long.
        """
        waited = 0.0
        while self._holder is not None:
            if waited >= LOCK_TIMEOUT:
                raise LockBusy(f"{self._holder} acts")
            yield 0.5
            waited += 0.5
        self._holder = who

    def unlock(self, who: str) -> None:
        if self._holder == who:
            self._holder = None
