# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one look of the exporter brought to light, for everything that is published from it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import UNKNOWN, GluetunMemory, Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Observation
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._model.steps import Plan

#: A look that is older than so many intervals says what was, and not what is.
STALE_AFTER = 3


@dataclass(frozen=True)
class Snapshot:
    """One look and what it means.

    :ivar took: how long the look took, seconds.
    :ivar age: how long ago it was completed, seconds, when this is served.
    :ivar stale: it is too old to tell how things are: every verdict is unknown.
    :ivar plan: what is due, and what comes next. The exporter does none of it.
    """

    memory: Memory
    observation: Observation
    policy: Policy
    took: float
    age: float = 0.0
    stale: bool = False
    plan: Plan = Plan()

    def aged(self, age: float, interval: float) -> Snapshot:
        """The same look, so many seconds later.

        :param interval: between two looks, seconds.
        """
        return replace(self, age=age, stale=age > STALE_AFTER * interval)

    @property
    def at(self) -> float:
        """When it was taken, epoch seconds on the Docker host's clock."""
        return self.observation.at

    @property
    def gluetuns(self) -> dict[str, GluetunMemory]:
        """What is known of each declared Gluetun, in their order; nothing yet is known of one that is new."""
        known = {name: self.memory.gluetuns.get(name, GluetunMemory()) for name in self.observation.gluetuns}
        return {name: self._faded(memory) for name, memory in known.items()} if self.stale else known

    @property
    def in_doubt(self) -> bool:
        """A sample failed, and the next one should come soon."""
        return any(gluetun.in_doubt or gluetun.starting for gluetun in self.memory.gluetuns.values())

    @property
    def why_stale(self) -> str:
        """What is served of this look, in words; empty: it is fresh."""
        return f"nothing is known since the last look, {self.age:.0f} s ago" if self.stale else ""

    def _faded(self, memory: GluetunMemory) -> GluetunMemory:
        """What is left of a verdict that nobody has confirmed for so long."""
        left = replace(memory, verdict=UNKNOWN, since=self.at, why=self.why_stale)
        return replace(left, starting=False, in_doubt=False, outage_since=None)
