# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client of the event stream gets each line of the journal once, wherever it resumes."""

from __future__ import annotations

import json
import os

from acestream_vpn_exporter.journal import Journal, Position
from hypothesis import given
from hypothesis import strategies as st


def write(folder, numbers):
    with (folder / "journal.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(json.dumps({"number": number}) + "\n" for number in numbers)


def read_all(journal, position):
    found = []
    while entries := journal.since(position):
        found += [entry.document["number"] for entry in entries]
        position = entries[-1].position
    return found


@given(
    sizes=st.lists(st.integers(0, 5), min_size=1, max_size=6), set_aside=st.integers(0, 5), resume=st.integers(0, 30)
)
def test_every_line_comes_once_wherever_one_resumes(tmp_path_factory, sizes, set_aside, resume):
    folder = tmp_path_factory.mktemp("journal")
    journal, seen, position, number = Journal(str(folder)), [], Position("", 0), 0
    ids = []
    for place, size in enumerate(sizes):
        if place == set_aside and (folder / "journal.jsonl").exists():
            (folder / "journal.jsonl").rename(folder / "journal.jsonl.1")
        write(folder, range(number, number + size))
        number += size
        while entries := journal.since(position):
            seen += [entry.document["number"] for entry in entries]
            ids += [str(entry.position) for entry in entries]
            position = entries[-1].position
    assert seen == list(range(number))
    if ids:
        asked = ids[resume % len(ids)]
        assert read_all(journal, journal.parse(asked)) == seen[ids.index(asked) + 1 :]


def test_a_torn_line_is_waited_for_and_a_broken_one_left_out(tmp_path):
    journal = Journal(str(tmp_path))
    start = journal.end()
    write(tmp_path, [1])
    with (tmp_path / "journal.jsonl").open("a", encoding="utf-8") as file:
        file.write('half a line\n{"number": ')
    (only,) = journal.since(start)
    assert only.document == {"number": 1}
    with (tmp_path / "journal.jsonl").open("a", encoding="utf-8") as file:
        file.write("2}\n")
    assert read_all(journal, only.position) == [2]


def test_an_id_that_is_none_or_of_a_journal_that_is_gone_is_told(tmp_path):
    write(tmp_path, [1])
    journal = Journal(str(tmp_path))
    assert journal.parse(str(journal.end())) == journal.end()
    name = journal.end().journal
    for text in (None, "", "x", "1-1", "-1", "0-0", f"{name}-99999", f"{name}-3", "9" * 50 + "-1"):
        assert journal.parse(text) is None


def test_a_journal_that_got_the_inode_of_one_that_is_gone_is_another_one(tmp_path):
    """Emptied by a person, or removed and made again where the file system gives the same inode."""
    path, journal = tmp_path / "journal.jsonl", Journal(str(tmp_path))
    write(tmp_path, range(5))
    old = journal.end()
    os.truncate(path, 0)
    assert journal.since(old) == []
    write(tmp_path, range(100, 110))
    assert journal.parse(str(old)) is None
    assert Journal(str(tmp_path)).parse(str(old)) is None
    assert read_all(journal, old) == list(range(100, 110))


def test_broken_lines_without_end_hide_nothing_behind_them(tmp_path):
    journal = Journal(str(tmp_path))
    write(tmp_path, [1])
    with (tmp_path / "journal.jsonl").open("a", encoding="utf-8") as file:
        file.writelines("broken\n" for _line in range(100_000))
    write(tmp_path, [2])
    assert read_all(journal, Position("", 0)) == [1, 2]


def test_no_more_files_are_held_open_than_there_are_journals(tmp_path):
    journal, position = Journal(str(tmp_path)), Position("", 0)
    before = len(os.listdir("/proc/self/fd"))
    for number in range(20):
        if (tmp_path / "journal.jsonl").exists():
            (tmp_path / "journal.jsonl").rename(tmp_path / "journal.jsonl.1")
        write(tmp_path, [number])
        (entry,) = journal.since(position)
        position = entry.position
    assert len(os.listdir("/proc/self/fd")) <= before + 2


def test_the_last_lines_of_a_long_journal(tmp_path):
    write(tmp_path, range(100_000))
    assert [entry.document["number"] for entry in Journal(str(tmp_path)).last(3)] == [99_997, 99_998, 99_999]


def test_what_was_set_aside_twice_is_known_to_be_missing(tmp_path):
    journal, path = Journal(str(tmp_path)), tmp_path / "journal.jsonl"
    assert journal.knows(Position("", 0))
    write(tmp_path, [1])
    position = journal.end()
    for number, known in ((2, True), (3, False)):
        path.rename(tmp_path / "journal.jsonl.1")
        write(tmp_path, [number])
        assert journal.knows(position) is known
