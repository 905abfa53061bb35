# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run that a module call belongs to: on record from its beginning to its end, and in the way of no other.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import asdict, replace
from typing import List, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._host.ancestors import is_waited_for, this_process
from ansible_collections.acestream.vpn.plugins.module_utils._model import run_history
from ansible_collections.acestream.vpn.plugins.module_utils._model.look import Look
from ansible_collections.acestream.vpn.plugins.module_utils._model.run_history import FAILED, OK, UNFINISHED, Run, Runs
from ansible_collections.acestream.vpn.plugins.module_utils._model.step_options import RunOptions
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import timestamp
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store, StoreError
from ansible_collections.acestream.vpn.plugins.module_utils._run.run_record import change


class ThisRun:
    """One run, seen from one of its module calls.

    :param began: when the run began, epoch seconds on the Docker host's clock.
    :ivar left_to: the run that this one leaves everything to; None: it does its work itself.
    :ivar cut_short: nobody waits for its answer any more.
    """

    def __init__(self, store: Store, options: RunOptions, began: float) -> None:
        self._store = store
        self._options = options
        self._process = this_process()
        # Whoever asks for a reset has news of his own.
        self._may_yield = options.may_yield and not options.reset
        self._run = Run(f"run-{began:.6f}", options.trigger, _scope(options), began, process=self._process)
        self.left_to: Optional[Run] = None
        self.cut_short = False
        store.tags = {"trigger": self._run.trigger, "run": self._run.id}

    @property
    def id(self) -> str:
        """By which those who carry out its steps say that they do."""
        return self._run.id

    def begins(self, now: float, until: float) -> None:
        """Put it on record.

        :raises StoreError: the state directory cannot be used.
        """
        known = change(
            self._store, lambda runs: run_history.heard(run_history.tidied(runs, now), self._heard(runs, now, until))
        )
        self._run = known.under_way[self._run.id]

    def looked(self, look: Look, took: float) -> bool:
        """A look is done.

        :param took: how long it took, seconds.
        :returns: the run is to end here.
        """
        now = look.observation.at
        self._run = replace(self._run, looked_at=now - took, at=now)
        known = change(self._store, lambda runs: run_history.heard(runs, self._run))
        self.cut_short = not is_waited_for(self._process)
        if self._may_yield:
            self.left_to = self._in_charge(known, now)
        return self.is_over

    @property
    def is_over(self) -> bool:
        """It ends although something may be left to do: another one sees to it, or nobody waits for this one."""
        return self.cut_short or self.left_to is not None

    def after_call(self, go_on: bool, settled: bool, now: float) -> None:
        """The call ends, and perhaps the run.

        :param go_on: other calls are to follow.
        :param settled: nothing is left to do.
        """
        if go_on:
            self._run = replace(self._run, at=now, process="")
            change(self._store, lambda runs: run_history.heard(runs, self._run))
        elif self.left_to is not None:
            change(self._store, lambda runs: run_history.forgotten(runs, self._run))
        else:
            self._ends(FAILED if self.cut_short else OK if settled else UNFINISHED, now)

    def fails(self, now: float) -> None:
        """It cannot go on. Where not even that can be written, others will find out."""
        with contextlib.suppress(StoreError):
            self._ends(FAILED, now)

    def said(self) -> List[str]:
        """What the summary says of it, before anything else."""
        lines = [] if self._run.trigger == run_history.MANUAL else [f"run started by: {self._run.trigger}"]
        if self.left_to is not None:
            lines.append(
                f"Another run ({self.left_to.trigger}, since {timestamp(self.left_to.started_at)}) is under way and "
                "nothing new has happened: leaving it to that one"
            )
        return lines

    def _ends(self, result: str, now: float) -> None:
        change(self._store, lambda runs: run_history.ended(runs, self._run, result, now))

    def _in_charge(self, runs: Runs, now: float) -> Optional[Run]:
        if len(runs.under_way) < 2:
            return None
        alive = {run.id: is_waited_for(run.process) for run in runs.under_way.values()}
        other = run_history.in_charge(runs, self._run, now, alive, self._options.watch_for)
        if other is None:
            return None
        since = other.started_at if other.looked_at is None else other.looked_at
        return None if run_history.news(self._store.events_since(since), other) else other

    def _heard(self, runs: Runs, now: float, until: float) -> Run:
        before = runs.under_way.get(self._run.id)
        looked_at = None if before is None else before.looked_at
        return replace(self._run, looked_at=looked_at, at=now, until=until)


def _scope(options: RunOptions) -> str:
    """What makes two runs the same: secrets are not among it, for the record is for everybody to read."""
    values = {
        "gluetuns": sorted(options.host.gluetun_names),
        "engines": [asdict(item) for item in options.host.engines],
        **asdict(options.host.discovery),
        "scenarios": options.scenarios,
        "policy": options.policy,
    }
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
