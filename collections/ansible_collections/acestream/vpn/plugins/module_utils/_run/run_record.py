# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The record of the recovery runs, in the state directory.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import json
from typing import Callable, Dict, Optional

from ansible_collections.acestream.vpn.plugins.module_utils._model import run_history
from ansible_collections.acestream.vpn.plugins.module_utils._model.run_history import Ended, Runs
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import MEMORY_LOCK, Store


def read(store: Store) -> Runs:
    """What is on record; nothing, where that cannot be read."""
    try:
        with open(store.path(run_history.FILE), encoding="utf-8") as handle:
            return run_history.from_document(json.load(handle))
    except (OSError, ValueError):
        return Runs()


def change(store: Store, how: Callable[[Runs], Runs]) -> Runs:
    """Change the record under the memory's lock.

    :returns: what is on record afterwards.
    :raises StoreError: it cannot be written.
    """
    with store.lock(MEMORY_LOCK, store.lock_timeout):
        after = how(read(store))
        store.write(run_history.FILE, after.as_document(), 0o644)
        return after


def last_ended(store: Store, now: float) -> Optional[Ended]:
    """How the last run ended; one that was never heard of again has failed. None: none is on record."""
    return run_history.tidied(read(store), now).last


def tags_of(store: Store, name: Optional[str]) -> Dict[str, str]:
    """What the journal keeps of the run that a step is carried out for; nothing, where it is not under way.

    :param name: the run, as C(recovery_plan) returned it; None: it is done for none.
    """
    run = read(store).under_way.get(name or "")
    return {} if run is None else {"trigger": run.trigger, "run": run.id}
