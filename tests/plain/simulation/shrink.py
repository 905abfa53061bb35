# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays scripts, and makes a script that fails as short as it gets."""

from __future__ import annotations

import random
from dataclasses import dataclass

from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy

from tests.plain.simulation.liveness import must_become_well
from tests.plain.simulation.player import Player
from tests.plain.simulation.script import Step, random_script

#: The policies that scripts are played with: the defaults come as often as all others together.
POLICIES: dict[str, Policy] = {
    "defaults": Policy(),
    "start_stopped=always": Policy(start_stopped="always"),
    "start_stopped=never": Policy(start_stopped="never"),
    "reconnect=ip_change": Policy(restart_engines_on_reconnect="ip_change"),
    "reconnect=never": Policy(restart_engines_on_reconnect="never"),
    "hasty": Policy(drain_timeout=20.0, cycle_after=0.0, restart_after=10.0, restart_interval=15.0, fall=1),
    "pool": Policy(min_replicas=4),
    "pool, hasty": Policy(min_replicas=5, drain_timeout=20.0, failback_delay=10.0, cycle_after=5.0, restart_after=15.0),
    "pool, three VPNs": Policy(min_replicas=7, failback_delay=20.0),
    "three VPNs": Policy(),
    "pool, none": Policy(min_replicas=4, failover_capacity="none", start_stopped="always"),
}
#: Worlds with another number of VPNs than two.
VPNS = {"pool, three VPNs": 3, "three VPNs": 3}
_CHOICES = ("defaults",) * 4 + ("pool",) * 2 + tuple(name for name in POLICIES if name != "defaults")
LENGTH = 60


@dataclass(frozen=True)
class Played:
    """What came of a script: how many steps were made, how many acts, and what was wrong, if anything."""

    steps: int
    acts: int
    failure: Failure | None = None


@dataclass(frozen=True)
class Failure:
    policy: str
    script: list[Step]
    said: str


def play(policy: str, script: list[Step]) -> Played:
    """Play a script, then let the world be well and hold the programs to mending it."""
    player, failure = Player(POLICIES[policy], VPNS.get(policy, 2)), None
    try:
        player.play(script)
        must_become_well(player)
    except Exception as error:
        failure = Failure(policy, script, f"{type(error).__name__}: {error}")
    return Played(player.steps, player.watcher.acts, failure)


def play_random(seed: int, number: int) -> Played:
    """Play script C(number) of a seed: the same one for the same two, always."""
    rng = random.Random(f"{seed} {number}")
    policy = rng.choice(_CHOICES)
    return play(policy, random_script(rng, LENGTH))


def shrink(failure: Failure) -> Failure:
    """Leave out all that is not needed for it to fail in the same way."""
    size = len(failure.script)
    while size >= 1:
        start, shorter = 0, False
        while start < len(failure.script):
            script = failure.script[:start] + failure.script[start + size :]
            found = play(failure.policy, script).failure
            if found is not None and _kind(found) == _kind(failure):
                failure, shorter = found, True
            else:
                start += size
        if size > 1 or not shorter:
            size //= 2
    return failure


def _kind(failure: Failure) -> str:
    """What it said, without the figures."""
    return "".join(letter for letter in failure.said if not letter.isdigit())
