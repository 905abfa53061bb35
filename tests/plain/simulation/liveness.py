# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Once the world is well, everything works again after so many runs, and one more run has nothing to do."""

from __future__ import annotations

from tests.plain.simulation.player import Player
from tests.plain.simulation.violation import Violation

#: Runs of two and a half minutes each, a schedule's distance apart, until all is well.
RUNS = 12
WATCH = 150.0
APART = 60.0


def must_become_well(player: Player) -> int:
    """Let runs mend the world; returns how many it took.

    :raises Violation: they did not.
    """
    player.do_wait(400.0)  # what is under way ends
    player.heal()
    for count in range(1, RUNS + 1):
        if player.policy.start_stopped == "never":
            player.heal()  # then it is a person who starts what a mend of ours has left behind
        _run(player, WATCH, reset=count == 1)
        if not player.well and not player.store.memory_in_trouble():
            break
        player.do_wait(APART)
    else:
        raise Violation(f"after {RUNS} runs: {'; '.join(player.well) or 'still in trouble'}")
    acts = player.watcher.acts
    last = _run(player, 0.0)
    if last is None or last.plan.steps or not last.plan.settled or player.watcher.acts != acts or player.well:
        raise Violation("all is well, and a further run finds something to do")
    return count


def _run(player: Player, watch_for: float, reset: bool = False):
    player.do_run("last", watch_for, reset)
    run = player.programs["last"].run
    waited = 0.0
    while "last" in player.programs:
        player.do_wait(5.0)
        waited += 5.0
        if waited > 3600:
            raise Violation("a run does not end")
    return run.last
