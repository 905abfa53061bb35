# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several things at once, with one deadline."""

from __future__ import annotations

import threading
import time

from ansible_collections.acestream.vpn.plugins.module_utils._parallel import gather


def test_what_tasks_return_and_raise():
    error = ValueError("no")

    def fail():
        raise error

    assert gather({"a": lambda: 1, "b": fail, "c": lambda: None}, time.monotonic() + 30) == {
        "a": 1,
        "b": error,
        "c": None,
    }


def test_nothing_to_do():
    assert gather({}, time.monotonic()) == {}


def test_tasks_run_at_once():
    barrier = threading.Barrier(5)
    tasks = {str(number): lambda: barrier.wait(30) for number in range(5)}
    assert sorted(gather(tasks, time.monotonic() + 30).values()) == [0, 1, 2, 3, 4]


def test_who_is_late_is_left_behind_and_changes_nothing_later():
    release, done = threading.Event(), threading.Event()

    def late():
        release.wait(3)  # a deadline that is not kept would let it finish
        done.set()
        return "late"

    results = gather({"late": late, "soon": lambda: "soon"}, time.monotonic() + 0.2)
    assert isinstance(results["late"], TimeoutError)
    assert results["soon"] == "soon"
    release.set()
    assert done.wait(30)
    assert isinstance(results["late"], TimeoutError)
