# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several things at once, none of which may take longer than all of them together.

This file is private to the collection: other collections must not import it.
"""

from __future__ import annotations

import threading
import time
from typing import Any, Callable, Dict, Union


def gather(tasks: Dict[str, Callable[[], Any]], deadline: float) -> Dict[str, Union[Any, BaseException]]:
    """Run all tasks in threads of their own and collect what they return or raise.

    A task that is not done by then is left behind (its thread does not keep the program alive) and
    has a C(TimeoutError) for a result: it may still be done later, so nothing follows from it.

    :param deadline: on the clock of C(time.monotonic).
    """
    results: Dict[str, Any] = {}

    def run(name: str, task: Callable[[], Any]) -> None:
        try:
            results[name] = task()
        except Exception as error:  # a result like any other: the caller decides what it means
            results[name] = error

    threads = [threading.Thread(target=run, args=item, daemon=True) for item in tasks.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    late = TimeoutError("no answer in time")
    return {name: results.get(name, late) for name in tasks}
