# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs on record: how the last one ended, which are under way, and which of them leaves everything to another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._host import ancestors
from ansible_collections.acestream.vpn.plugins.module_utils._model import run_history
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import GluetunOptions
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy
from ansible_collections.acestream.vpn.plugins.module_utils._model.run_history import Ended, Run, Runs
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import became_unhealthy
from ansible_collections.acestream.vpn.plugins.module_utils._publish.store import Store
from ansible_collections.acestream.vpn.plugins.module_utils._run import converge, this_run
from ansible_collections.acestream.vpn.plugins.module_utils._run.converge import Convergence
from ansible_collections.acestream.vpn.plugins.module_utils._run.report import report
from ansible_collections.acestream.vpn.plugins.module_utils._run.run_record import change, read, tags_of
from ansible_collections.acestream.vpn.plugins.module_utils._run.this_run import ThisRun
from hypothesis import given, settings
from hypothesis import strategies as st

from ..option_builders import host_options, run_options
from ..small_world import engine, gluetun, look

NOW = 1_767_225_600.0
OPTIONS = run_options(
    host=host_options([GluetunOptions("gluetun", api_key="a secret")]), watch_for=100, trigger="alert"
)
DOWN = {"gluetuns": [gluetun(egress="failed")], "engines": [engine(connected=False)]}
WELL = {"gluetuns": [gluetun()], "engines": [engine()]}


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(converge, "LOOK_AGAIN", 0.0)


@pytest.fixture
def store(tmp_path):
    return Store(str(tmp_path / "state"))


def call(store, looks, now=NOW, **changes):
    """One call of the module, over a world that looks like this, one look after the other."""
    options, looks = replace(OPTIONS, **changes), list(looks)
    mine = Store(store.directory)
    run = ThisRun(mine, options, options.run_started or now)
    answer = report(Convergence(lambda: looks.pop(0), mine, Policy(), False), mine, options, now, run)
    return answer, looks


def under_way(store, **changes):
    """An outage is known to everybody, and another run is under way, which looked at it a moment ago."""
    for at in (NOW - 41, NOW - 40, NOW - 39):
        host = Convergence(lambda at=at: look(at, **DOWN), Store(store.directory), Policy(), False)
        host.look()
    begun = ThisRun(Store(store.directory), OPTIONS, NOW - 41)
    begun.begins(NOW - 41, NOW + 300)
    (other,) = list(read(store).under_way.values())
    other = replace(other, **{"at": NOW, "looked_at": NOW, **changes})
    change(store, lambda runs: run_history.heard(runs, other))
    return other


def journal(store):
    with open(store.path("journal.jsonl"), encoding="utf-8") as handle:
        return [json.loads(line) for line in handle]


def test_a_run_with_nothing_to_do_is_on_record_with_its_trigger_and_how_it_ended(store):
    answer, _left = call(store, [look(NOW + 1)])
    assert (answer["settled"], answer["left_to"]) == (True, None)
    assert answer["summary"][0] == "run started by: alert"
    assert read(store).last == Ended(f"run-{NOW:.6f}", "alert", NOW, NOW + 1, 1.0, "ok")
    assert read(store).under_way == {}
    assert {event["trigger"] for event in journal(store)} == {"alert"}
    with open(store.path("last_run.json"), encoding="utf-8") as handle:
        text = handle.read()
    assert json.loads(text)["result"] == "ok"
    assert "secret" not in text
    assert os.stat(store.path("last_run.json")).st_mode & 0o777 == 0o644


def test_a_run_that_a_person_started_does_not_say_so(store):
    answer, _left = call(store, [look(NOW + 1)], trigger="manual")
    assert not [line for line in answer["summary"] if "started by" in line]
    assert read(store).last.trigger == "manual"


def test_a_run_is_under_way_from_its_first_call_to_its_last_and_counts_as_one(store):
    stranded = {"engines": [engine(started_at=90.0, netns="4:0", connected=False)]}
    first, _left = call(store, [look(NOW, **stranded)])
    assert first["go_on"]
    (run,) = list(read(store).under_way.values())
    assert (run.process, run.looked_at) == ("", pytest.approx(NOW, abs=1))
    last, _left = call(store, [look(NOW + 20)], NOW + 20, run_started=first["run_started"], acted=True)
    assert not last["go_on"]
    assert (read(store).under_way, read(store).last.duration_seconds) == ({}, 20)


def test_one_whose_patience_ends_before_all_is_well_says_so(store):
    answer, _left = call(store, [look(NOW + at, **DOWN) for at in (0, 1, 2)], watch_for=2)
    while answer["go_on"]:
        answer, _left = call(store, [look(NOW + 3, **DOWN)], NOW + 3, run_started=NOW, watch_for=2)
    assert (read(store).last.result, read(store).last.success) == ("unfinished", True)


def test_one_that_cannot_go_on_has_failed(store):
    run = ThisRun(store, OPTIONS, NOW)
    run.begins(NOW, NOW + 100)
    run.fails(NOW + 3)
    assert (read(store).last.result, read(store).last.success, read(store).under_way) == ("failed", False, {})


def test_one_that_was_never_heard_of_again_has_failed_and_is_no_success(store):
    begun = Run("1.0", "schedule", "x", NOW - 5000, at=NOW - 4000, until=NOW)
    fine = Ended("0.0", "manual", NOW - 9000, NOW - 8000, 1000.0, "ok")
    change(store, lambda run_history: Runs(fine, {begun.id: begun}))
    told = run_history.tidied(read(store), NOW)
    assert (told.last.result, told.last.ended_at, told.last.duration_seconds) == ("failed", NOW - 4000, 1000.0)
    assert told.under_way == {}
    newer = replace(fine, ended_at=NOW - 10)
    assert run_history.tidied(Runs(newer, {begun.id: begun}), NOW) == Runs(newer)


def test_a_mere_look_leaves_no_record(tmp_path):
    store = Store(str(tmp_path / "state"))
    options = replace(OPTIONS, trigger="")
    report(Convergence(lambda: look(NOW), store, Policy(), False), store, options, NOW)
    assert read(store) == Runs()
    assert "run" not in journal(store)[0]


def test_a_second_run_leaves_everything_to_the_first_while_nothing_new_has_happened(store):
    other = under_way(store)
    answer, left = call(store, [look(NOW + 1, **DOWN)], NOW + 1)
    assert (answer["left_to"], answer["go_on"], answer["steps"], left) == (other.id, False, [], [])
    assert answer["summary"][1].startswith("Another run (alert, since ")
    assert answer["summary"][1].endswith("is under way and nothing new has happened: leaving it to that one")
    assert list(read(store).under_way) == [other.id]
    assert read(store).last is None


@pytest.mark.parametrize(
    ("other", "mine"),
    [
        ({"process": ""}, {}),  # it acts, or was killed: nobody can tell
        ({"process": "1 1"}, {}),  # that was another process of the same number
        ({"at": NOW - 100}, {}),  # it is there and does not look
        ({"at": NOW + 7200}, {}),  # of before the clock was set back
        ({"until": NOW + 5}, {}),  # about to lose its patience
        ({"scope": "another"}, {}),
        ({"started_at": NOW + 5}, {}),  # it began later: the other one is to yield
        ({}, {"may_yield": False}),
        ({}, {"reset": True}),
        ({}, {"scenarios": ("connection_loss",)}),
        ({}, {"host": host_options(["gluetun", "other"])}),
    ],
)
def test_it_goes_on_where_there_is_any_doubt(store, other, mine):
    under_way(store, **other)
    answer, _left = call(store, [look(NOW + 1, **DOWN), look(NOW + 102, **DOWN)], NOW + 1, **mine)
    assert answer["left_to"] is None


def test_it_goes_on_where_something_has_happened_that_the_other_may_not_know(store):
    under_way(store)
    store.note([became_unhealthy(NOW + 0.5, "gluetun", "as another program saw it")])
    answer, _left = call(store, [look(NOW + 1, **DOWN), look(NOW + 102, **DOWN)], NOW + 1)
    assert answer["left_to"] is None


def test_what_it_sees_itself_is_new_as_well(store):
    under_way(store)
    gone = gluetun(container=replace(gluetun().container, state="exited"), netns=None, egress="unknown")
    answer, _left = call(store, [look(NOW + 1, gluetuns=[gone], engines=[engine()])] * 2, NOW + 1)
    assert answer["left_to"] is None


def test_what_the_other_run_did_itself_is_not_new_to_it(store):
    other = under_way(store)
    acting = Store(store.directory)
    acting.tags = tags_of(store, other.id)
    assert acting.tags == {"trigger": "alert", "run": other.id}
    acting.note([became_unhealthy(NOW + 0.5, "gluetun", "in its words")])
    answer, _left = call(store, [look(NOW + 1, **DOWN)], NOW + 1)
    assert answer["left_to"] == other.id


def test_one_whose_look_takes_long_is_still_in_charge(store):
    other = under_way(store, at=NOW - 30, looked_at=NOW + 0.5)
    answer, _left = call(store, [look(NOW + 1, **DOWN)], NOW + 1)
    assert answer["left_to"] == other.id


def test_of_two_that_begin_at_once_one_alone_yields():
    first, second = (Run(name, "alert", "x", NOW, NOW, NOW, NOW + 100) for name in ("a", "b"))
    known = Runs(None, {"a": first, "b": second})
    assert run_history.in_charge(known, second, NOW, {"a": True, "b": True}, 100) == first
    assert run_history.in_charge(known, first, NOW, {"a": True, "b": True}, 100) is None


def test_what_is_done_for_no_run_that_is_under_way_has_none_in_the_journal(store):
    call(store, [look(NOW)])
    assert [tags_of(store, name) for name in (None, "", read(store).last.id, "another")] == [{}] * 4


@settings(deadline=None, max_examples=settings.default.max_examples // 2)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["under_way", "id", "at", "result"]), inner),
    )
)
def test_a_record_that_is_foreign_is_left_out(document):
    runs = run_history.from_document(document)
    assert run_history.from_document(runs.as_document()) == runs


def test_a_torn_record_is_begun_anew(store):
    call(store, [look(NOW)])
    with open(store.path("last_run.json"), "w", encoding="utf-8") as handle:
        handle.write('{"id": ')
    assert read(store) == Runs()
    call(store, [look(NOW + 1)], NOW + 1)
    assert read(store).last.result == "ok"


def test_a_process_is_told_from_a_later_one_of_the_same_number():
    mine = ancestors.this_process()
    assert ancestors.is_waited_for(mine)
    number, started, *parents = mine.split()
    for other in ("", number, f"{number} 1", f"{number} {started} 4", "x y", "999999999 1", f"{mine} 7"):
        assert not ancestors.is_waited_for(other)
    assert parents


def test_a_program_notices_that_whoever_started_it_has_ended(tmp_path):
    """A shell starts it and ends, as ansible-playbook does when it is killed."""
    script = (
        "import time\n"
        "from ansible_collections.acestream.vpn.plugins.module_utils._host import ancestors\n"
        "mine = ancestors.this_process()\n"
        "def tell(name):\n"
        "    with open(name, 'w') as file: file.write(str(ancestors.is_waited_for(mine)))\n"
        f"tell({str(tmp_path / 'begun')!r})\n"
        "end = time.monotonic() + 20\n"
        "while ancestors.is_waited_for(mine) and time.monotonic() < end: time.sleep(0.02)\n"
        f"tell({str(tmp_path / 'ended')!r})\n"
    )
    path = os.pathsep.join(sys.path)
    waits = f"while [ ! -s {tmp_path / 'begun'} ]; do sleep 0.02; done"
    subprocess.run(
        ["sh", "-c", f'{sys.executable} -c "$SCRIPT" & {waits}'],
        env={**os.environ, "PYTHONPATH": path, "SCRIPT": script},
        check=True,
        timeout=30,
    )
    deadline = time.monotonic() + 20
    while not (tmp_path / "ended").exists() or not (tmp_path / "ended").read_text():
        assert time.monotonic() < deadline
    assert ((tmp_path / "begun").read_text(), (tmp_path / "ended").read_text()) == ("True", "False")


def test_a_run_that_nobody_waits_for_any_more_ends(store, monkeypatch):
    monkeypatch.setattr(this_run, "is_waited_for", lambda process: False)
    answer, left = call(store, [look(NOW, **DOWN)] * 3)
    assert (answer["go_on"], answer["steps"], len(left), read(store).last.result) == (False, [], 2, "failed")
