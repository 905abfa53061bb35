# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of the core share: evidence with something changed, and a host that is looked at again and again."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.acestream.vpn.plugins.module_utils._assess.host import assess
from ansible_collections.acestream.vpn.plugins.module_utils._model.attempts import (
    engines_mended,
    gluetun_cycled,
    gluetun_restarted,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._plan.plan import GLUETUN_CYCLE, plan

from .small_world import engine, gluetun, look

#: When a gluetun of the small world was started, and a moment long after its start period.
STARTED, NOW = 100.0, 1000.0
UNSEEN = {"seen": False, "container": None, "netns": None, "egress": "unknown", "api": "unasked", "tunnel_status": None}


def with_container(evidence, **changes):
    """The same evidence of a container that is otherwise."""
    return replace(evidence, container=replace(evidence.container, **changes))


def stopped(evidence, state="exited", **changes):
    """A container that does not run: nothing could be asked of what is inside."""
    changes = {"state": state, "pid": 0, **changes}
    quiet = {"netns": None, "egress": "unknown", "api": "unasked", "tunnel_status": None, "public_ip": None}
    if not hasattr(evidence, "egress"):
        quiet = {"netns": None, "api": "unknown", "connected": None, "streams": None}
    return with_container(replace(evidence, **quiet), **changes)


def unseen(name="gluetun"):
    return replace(gluetun(name), **UNSEEN)


def down(**changes):
    """A gluetun that runs and whose tunnel does not work, which its control server knows nothing of."""
    return gluetun(egress="failed", dns="failed", **changes)


class Host:
    """One host, looked at again and again.

    :ivar said: all transitions so far.
    """

    def __init__(self, policy=None, memory=None):
        self.policy = policy or Policy()
        self.memory = memory or Memory()
        self.said = []

    def see(self, at, gluetuns=None, engines=None, **changes):
        """Look, and return the plan."""
        observation = look(at, gluetuns, engines, **changes)
        self.memory, said = assess(self.memory, observation, self.policy, at)
        self.said.extend(said)
        self.last = plan(self.memory, observation, self.policy, at)
        return self.last

    def see_for(self, first, last, gluetuns=None, engines=None, every=5.0):
        """Look every few seconds, act on nothing, and return the last plan."""
        at = first
        while at <= last:
            self.see(at, gluetuns, engines)
            at += every
        return self.last

    def attempt(self, at):
        """Write down that the steps of the last plan are made."""
        for step in self.last.steps:
            if step.engine is not None:
                self.memory = engines_mended(self.memory, {step.engine: step.vpn}, at)
            elif step.kind == GLUETUN_CYCLE:
                self.memory = gluetun_cycled(self.memory, step.vpn, at)
            else:
                self.memory = gluetun_restarted(self.memory, step.vpn, at)

    @property
    def kinds(self):
        """What the last plan does, by gluetun or engine."""
        return {step.engine or step.vpn: step.kind for step in self.last.steps}

    @property
    def vpn(self):
        return self.memory.gluetuns["gluetun"]

    @property
    def shown(self):
        return sorted(name for name, remembered in self.memory.engines.items() if remembered.shown)

    def told(self, kind):
        return [item for item in self.said if item.kind == kind]


def outage(host, began=NOW, ended=NOW + 45, engines=None, after=None):
    """A host that was well has an outage that ends: the look at C(ended) is the first good one."""
    host.see(began - 5, engines=engines)
    host.see_for(began, ended - 1, [down()], engines, every=1.0)
    return host.see(ended, after, engines)


__all__ = [
    "NOW",
    "STARTED",
    "Host",
    "down",
    "engine",
    "gluetun",
    "look",
    "outage",
    "stopped",
    "unseen",
    "with_container",
]
