# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Memory and journal are one record, whoever writes and whatever fails meanwhile."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import resource
import signal
import time
from dataclasses import replace

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import GluetunMemory, Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import INFO, Transition
from ansible_collections.acestream.vpn.plugins.module_utils._publish import store as store_module
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store, StoreError

PROGRAMS, EACH = 4, 60


def said(number, text="something"):
    return Transition(float(number), INFO, "gluetun_healthy", text, "gluetun")


def count(memory):
    """Something that every program changes: how many updates there were."""
    failures = memory.gluetuns.get("gluetun", GluetunMemory()).failures + 1
    return replace(memory, gluetuns={"gluetun": GluetunMemory(failures=failures)}), failures


def numbers(folder):
    """The journal's entries, the one that was set aside included."""
    files = [path for path in (folder / "journal.jsonl.1", folder / "journal.jsonl") if path.exists()]
    return [json.loads(line)["at"] for path in files for line in path.read_text("utf-8").splitlines()]


def lines(folder):
    files = [path for path in (folder / "journal.log.1", folder / "journal.log") if path.exists()]
    return [line for path in files for line in path.read_text("utf-8").splitlines()]


@contextlib.contextmanager
def full_disk(size):
    """No file of this process grows beyond a size: the kernel writes what fits and refuses the rest."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def _program(folder):
    store = Store(folder)
    for _number in range(EACH):
        store.update(count, lambda failures: [said(failures)])


def _side_by_side(folder):
    programs = [
        multiprocessing.get_context("fork").Process(target=_program, args=(str(folder),)) for _number in range(4)
    ]
    for program in programs:
        program.start()
    for program in programs:
        program.join(60)
    assert [program.exitcode for program in programs] == [0] * PROGRAMS


def test_programs_side_by_side_tell_one_history_in_the_order_in_which_it_was(tmp_path):
    _side_by_side(tmp_path)
    assert numbers(tmp_path) == list(range(1, PROGRAMS * EACH + 1))
    assert len(lines(tmp_path)) == PROGRAMS * EACH


def test_no_line_is_lost_when_several_find_the_journal_too_long(tmp_path, monkeypatch):
    """Set aside once in the middle: were it done by each of them, the first half would be overwritten."""
    monkeypatch.setattr(store_module, "JOURNAL_MAX", PROGRAMS * EACH * 2 // 3 * 135)
    _side_by_side(tmp_path)
    assert (tmp_path / "journal.jsonl.1").exists()
    assert numbers(tmp_path) == list(range(1, PROGRAMS * EACH + 1))


@pytest.mark.parametrize("room", [0, 1, 40, 90, 150, 300])
def test_what_does_not_fit_on_the_disk_is_neither_told_nor_remembered_and_comes_later(tmp_path, room):
    store = Store(str(tmp_path))
    store.update(count, lambda failures: [said(failures, "x" * 200)])
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name != "memory.lock"}
    size = max(len(content) for content in before.values())
    with full_disk(size + room), pytest.raises(StoreError, match="free space on its disk"):
        # Longer than any room: either the memory or one of the journals does not fit.
        store.update(count, lambda failures: [said(failures, "y" * 200), said(failures, "z" * 400)])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name != "memory.lock"} == before
    store.update(count, lambda failures: [said(failures)])
    assert numbers(tmp_path) == [1, 2]
    assert store.load()[0].gluetuns["gluetun"].failures == 2


def test_a_line_without_an_end_spoils_no_other_one(tmp_path):
    store = Store(str(tmp_path))
    store.note([said(1)])
    for name in ("journal.jsonl", "journal.log"):
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.write('{"cut of')
    store.note([said(2)])
    texts = (tmp_path / "journal.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(text)["at"] for text in (texts[0], texts[2])] == [1, 2]
    assert len(lines(tmp_path)) == 3


@pytest.mark.parametrize("harm", ["torn", "gone"])
def test_a_memory_that_is_lost_is_told_once_in_the_journal(tmp_path, harm):
    store = Store(str(tmp_path))
    assert store.update(count, lambda failures: [said(failures)]) == (1, None)
    if harm == "torn":
        (tmp_path / "memory.json").write_text('{"format": 1, "glu', encoding="utf-8")
    else:
        (tmp_path / "memory.json").unlink()
    first, warning = store.update(count)
    assert (first, store.update(count)) == (1, (2, None))
    assert warning
    assert "empty memory" in warning
    kinds = [json.loads(text)["kind"] for text in (tmp_path / "journal.jsonl").read_text("utf-8").splitlines()]
    assert kinds == ["gluetun_healthy", "memory_lost"]
    assert len(list(tmp_path.glob("memory.json.bad-*"))) == (harm == "torn")


def test_on_a_new_host_no_memory_is_missed(tmp_path):
    assert Store(str(tmp_path / "new")).load() == (Memory(), None)


def test_nothing_is_published_over_what_a_later_update_published(tmp_path):
    """With the lock held, no other program gets in between an update and its documents."""
    store, held = Store(str(tmp_path)), []

    def publish(_failures):
        other = Store(str(tmp_path), lock_timeout=0.0)
        try:
            other.update(count)
        except store_module.Busy:
            held.append(time.monotonic())

    store.update(count, publish=publish)
    assert len(held) == 1
    assert os.listdir(tmp_path).count("memory.json") == 1
