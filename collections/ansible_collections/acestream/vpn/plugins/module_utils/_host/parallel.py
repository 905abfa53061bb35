# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several things at once, none of which may take longer than all of them together.

Their threads are kept for the next things: whoever looks every few seconds would otherwise start thousands of them.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from typing import Any, Callable, Dict, List, Tuple, Union

#: Threads that are kept while they have nothing to do. A look at two Gluetuns and eight engines needs thirty.
_KEPT = 48


def gather(tasks: Dict[str, Callable[[], Any]], deadline: float) -> Dict[str, Union[Any, BaseException]]:
    """Run all tasks in threads of their own and collect what they return or raise.

    A task that is not done by then is left behind (its thread does not keep the program alive) and
    has a C(TimeoutError) for a result: it may still be done later, so nothing follows from it.

    :param deadline: on the clock of C(time.monotonic).
    """
    done: "queue.SimpleQueue[Tuple[str, Any]]" = queue.SimpleQueue()
    for name, task in tasks.items():
        _give(_task(name, task, done))
    results: Dict[str, Any] = {}
    while len(results) < len(tasks):
        try:
            name, result = done.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            break
        results[name] = result
    late = TimeoutError("no answer in time")
    return {name: results.get(name, late) for name in tasks}


def _task(name: str, task: Callable[[], Any], done: "queue.SimpleQueue[Tuple[str, Any]]") -> Callable[[], None]:
    def run() -> None:
        try:
            done.put((name, task()))
        except Exception as error:  # a result like any other: the caller decides what it means
            done.put((name, error))

    return run


class _Worker(threading.Thread):
    """Carries out one task after the other, and waits in between."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.tasks: "queue.SimpleQueue[Callable[[], None]]" = queue.SimpleQueue()

    def run(self) -> None:
        while True:
            self.tasks.get()()
            with _lock:
                if len(_idle) >= _KEPT:
                    return
                _idle.append(self)


_idle: List[_Worker] = []
_lock = threading.Lock()
# A process that is forked off has none of the threads.
os.register_at_fork(after_in_child=_idle.clear)


def _give(task: Callable[[], None]) -> None:
    with _lock:
        # The one that was busy last: what it needs is still at hand.
        worker = _idle.pop() if _idle else None
    if worker is None:
        worker = _Worker()
        worker.start()
    worker.tasks.put(task)
