# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several things at once, with one deadline."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

from ansible_collections.acestream.vpn.plugins.module_utils._host.parallel import gather


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


def test_threads_are_kept_for_the_next_tasks():
    def who(barrier):
        barrier.wait(30)
        return threading.get_ident()

    def ask():
        barrier = threading.Barrier(3)
        return set(gather({str(number): lambda: who(barrier) for number in range(3)}, time.monotonic() + 30).values())

    seen = set().union(*(ask() for _round in range(20)))
    assert len(seen) < 20, "not three new ones each time"


def test_a_task_that_is_left_behind_takes_its_thread_with_it():
    release = threading.Event()
    late = gather({"late": lambda: release.wait(30) and threading.get_ident()}, time.monotonic() + 0.05)["late"]
    assert isinstance(late, TimeoutError)
    assert gather({str(number): lambda: 1 for number in range(60)}, time.monotonic() + 30) == dict.fromkeys(
        map(str, range(60)), 1
    )
    release.set()


def test_a_forked_process_has_threads_of_its_own():
    script = (
        "import os, time\n"
        "from ansible_collections.acestream.vpn.plugins.module_utils._host.parallel import gather\n"
        "work = lambda: gather({'a': lambda: 1}, time.monotonic() + 30)\n"
        "work()\n"
        "child = os.fork()\n"
        "if not child: os._exit(0 if work() == {'a': 1} else 1)\n"
        "raise SystemExit(os.waitpid(child, 0)[1])\n"
    )
    path = os.pathsep.join(sys.path)
    subprocess.run([sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": path}, check=True, timeout=60)
