# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person orders, checked and carried out: maintenance, its early end, a reset.

An order is a change of the memory under its lock, so that every program respects it from then on.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple

from ansible_collections.acestream.vpn.plugins.module_utils._model import maintenance_window
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import Transition, timestamp
from ansible_collections.acestream.vpn.plugins.module_utils._publish.journal import as_line
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import ACT_LOCK, Busy, Store

#: The longest maintenance, days. It is to end by itself even if it is forgotten.
LONGEST = 31
_DAY = 86400.0
_EXAMPLE = "2026-01-31T18:00:00Z or 2026-01-31T19:00:00+01:00"


class OrderError(ValueError):
    """The order makes no sense; the message names what is wrong and says what to do."""


class OrderRunner:
    """Takes orders for one host.

    :ivar changed: the memory was changed, or in check mode would be.
    :ivar journal: the lines that were, or would be, added to the journal.
    """

    def __init__(self, store: Store, check_mode: bool) -> None:
        self._store = store
        self._check_mode = check_mode
        self.before = self.after = Memory()
        self.changed = False
        self.journal: List[str] = []
        self.warnings: List[str] = []

    def give(self, change: Callable[[Memory], Tuple[Memory, List[Transition]]]) -> None:
        """Change the memory, and say so in the journal.

        :raises StoreError: it cannot be written.
        """

        def keep(memory: Memory) -> Tuple[Memory, List[Transition]]:
            self.before = memory
            self.after, said = change(memory)
            return self.after, said

        if self._check_mode:
            memory, warning = self._store.load()
            _after, said = keep(memory)
        else:
            said, warning = self._store.update(keep, lambda said: said)
        self.changed = bool(said)
        self.journal = [as_line(item) for item in said]
        self.warnings.extend([warning] if warning else [])

    def wait_for_others(self, patience: float) -> None:
        """Let a step that was begun before the order come to its end: after that, none is under way."""
        if self._check_mode:
            return
        try:
            with self._store.lock(ACT_LOCK, patience):
                pass
        except Busy as error:
            self.warnings.append(f"{error}: what it had begun before may still be going on")


def check_names(names: Iterable[str], declared: Iterable[str], memory: Memory) -> None:
    """Refuse a gluetun that nobody knows.

    :param declared: those of the host; empty: those that are remembered are all there are.
    :raises OrderError: with the first such name.
    """
    known = list(declared) or list(memory.gluetuns)
    for name in names:
        if name in known:
            continue
        if not known:
            raise OrderError(
                f"{name!r} is not known, for no run has looked at this host yet: name its Gluetun containers in "
                "declared (recovery_gluetuns), or run acestream.vpn.recover once"
            )
        raise OrderError(f"there is no Gluetun {name!r} here: correct the name to one of {', '.join(sorted(known))}")


def end_of(minutes: Optional[float], until: Optional[str], now: float) -> float:
    """When a maintenance ends, epoch seconds.

    :raises OrderError: it lies in the past or too far ahead, or is not told, or is told twice.
    """
    if (minutes is None) == (not until):
        raise OrderError(f"give either minutes (maintenance_minutes=60) or until (maintenance_until={_EXAMPLE})")
    if minutes is not None:
        if not minutes > 0:
            raise OrderError(f"minutes (maintenance_minutes) is {minutes:g}: it must be more than 0. {_HOW_TO_END}")
        end = now + minutes * 60
    else:
        end = _moment(str(until))
    if end <= now:
        raise OrderError(
            f"until (maintenance_until) is {timestamp(end)} and it is {timestamp(now)} on the Docker host: give a time "
            f"that lies ahead. {_HOW_TO_END}"
        )
    if not end <= now + LONGEST * _DAY:
        raise OrderError(
            f"a maintenance may last {LONGEST} days at most, so that one that is forgotten ends: shorten it"
        )
    return end


_HOW_TO_END = "To end a maintenance now, use state=ended (maintenance_state=ended)"


def _moment(text: str) -> float:
    try:
        # Python 3.9 does not know the ending Z.
        moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00").replace("z", "+00:00"))
        if moment.tzinfo is not None:
            return moment.timestamp()
    except (ValueError, OverflowError):
        pass
    raise OrderError(f"until (maintenance_until) is {text!r}: give date, time and offset from UTC, such as {_EXAMPLE}")


def side(memory: Memory, moment: Any) -> Dict[str, Any]:
    """The maintenance that is under way, as a person reads it, for a diff and as a return value."""
    return {
        name or "the whole host": {"until": timestamp(item.until), "reason": item.reason}
        for name, item in sorted(memory.maintenance.items())
        if maintenance_window.left(item, moment) > 0
    }


def summarise(memory: Memory, moment: Any) -> List[str]:
    """The same in words, one line for each."""
    return [
        f"{name or 'the whole host'}: {maintenance_window.describe(item)}"
        for name, item in sorted(memory.maintenance.items())
        if maintenance_window.left(item, moment) > 0
    ]
