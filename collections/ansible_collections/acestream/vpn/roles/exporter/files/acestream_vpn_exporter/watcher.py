# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks again and again, in a thread of its own: at an interval, sooner in doubt, and at once when told to."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import DockerError
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Observation
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store, StoreError
from ansible_collections.acestream.vpn.plugins.module_utils._run.converge import Convergence
from ansible_collections.acestream.vpn.plugins.module_utils._settings.preflight import PreflightError

from acestream_vpn_exporter.config import Config
from acestream_vpn_exporter.snapshot import Snapshot

#: Seconds between two looks while a sample has failed or a VPN starts.
IN_DOUBT = 1.0
#: Docker sends several events for one change; this much time lets one look see them all, seconds.
_GATHER = 0.05

_log = logging.getLogger(__name__)


class Watcher:
    """Takes the looks, and tells of each.

    :param observe: takes one look at the host.
    :param tell: is called in the watcher's thread with each new snapshot, and with None after a look that failed.
    """

    def __init__(
        self, config: Config, observe: Callable[[], Observation], store: Store, tell: Callable[[Snapshot | None], None]
    ) -> None:
        self._config = config
        self._host = Convergence(observe, store, config.policy, read_only=False, goes_on=True)
        self._tell = tell
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._said = ""

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """Let the look under way end, and take no other."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(timeout)

    def look_now(self) -> None:
        """Something happened: look at once. May be called from any thread."""
        self._wake.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            began = time.monotonic()
            snapshot = self._look()
            self._tell(snapshot)
            pause = IN_DOUBT if snapshot is not None and snapshot.in_doubt else self._config.interval
            if self._wake.wait(max(0.0, pause - (time.monotonic() - began))):
                self._stopping.wait(_GATHER)
            # Cleared before the look: what happens during it causes another one.
            self._wake.clear()

    def _look(self) -> Snapshot | None:
        began = time.monotonic()
        try:
            look = self._host.look()
        except (StoreError, PreflightError, DockerError) as error:
            self._complain(str(error))
            return None
        except Exception:  # A defect in one look must not end the looking.
            _log.exception("a look failed")
            return None
        if self._host.trouble:
            self._complain(f"what is seen is served, and not written: {self._host.trouble}")
        else:
            self._said = ""
        for line in self._host.journal:
            _log.info("%s", line)
        for warning in self._host.warnings:
            _log.warning("%s", warning)
        # Convergence collects them for a run that ends; this one does not.
        for collected in (self._host.journal, self._host.warnings, self._host.transitions):
            collected.clear()
        return Snapshot(look.memory, look.observation, self._config.policy, time.monotonic() - began, plan=look.plan)

    def _complain(self, message: str) -> None:
        """Once for each cause, not every five seconds."""
        if message != self._said:
            _log.error("%s", message)
        self._said = message
