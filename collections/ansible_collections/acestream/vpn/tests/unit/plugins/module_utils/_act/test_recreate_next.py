# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of a recreation, run on a simulated Docker: from every state there is one end."""

from __future__ import annotations

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._act import recreate_next as sequence
from ansible_collections.acestream.vpn.plugins.module_utils._act.recreate_next import next_step, ran_before
from hypothesis import given
from hypothesis import strategies as st

PRESENT, GONE = "p" * 64, "o" * 64
NEVER = "0001-01-01T00:00:00Z"


def raw(state="running", of=PRESENT, auto_remove=False, created=100, finished=None, port=1):
    return {
        "Config": {"Cmd": ["--port", str(port)]},
        "State": {"Status": state, "FinishedAt": NEVER if finished is None else moment(finished)},
        "HostConfig": {"NetworkMode": f"container:{of}", "AutoRemove": auto_remove},
        "Created": moment(created),
    }


def moment(seconds):
    return f"2026-01-01T00:{seconds // 60:02d}:{seconds % 60:02d}.5Z"


found = st.one_of(
    st.none(),
    st.builds(
        raw,
        st.sampled_from(["created", "running", "paused", "restarting", "exited"]),
        st.sampled_from([PRESENT, GONE, "q" * 64]),
        st.booleans(),
        port=st.sampled_from([1, 2]),
    ),
)
wanted_ports = st.sampled_from([None, 1, 2])


def carry_out(step, new, old, port=None):
    """What Docker does at each step."""
    if step == sequence.SET_ASIDE:
        return None, new
    if step == sequence.CREATE:
        kept = int(old["Config"]["Cmd"][1])
        return raw("created", auto_remove=old["HostConfig"]["AutoRemove"], port=port or kept), old
    if step == sequence.STOP_OLD:
        stopped = None if old["HostConfig"]["AutoRemove"] else {**old, "State": {**old["State"], "Status": "exited"}}
        return new, stopped
    if step in (sequence.START, sequence.CHECK):
        return {**new, "State": {**new["State"], "Status": "running"}}, old
    if step == sequence.REMOVE_OLD:
        return new, None
    assert step == sequence.REMOVE_COPY
    return None, old


@given(found, found, st.booleans(), st.lists(st.booleans(), min_size=30, max_size=30), wanted_ports)
def test_from_every_state_one_container_is_left_that_is_right(new, old, start, killed, port):
    """Killed after any of the steps, and gone on with by another call that remembers nothing."""
    if new is None and old is None:
        assert next_step(new, old, PRESENT, start, False) == sequence.NOTHING_LEFT
        return
    checked = False
    for dies in killed:
        step = next_step(new, old, PRESENT, start, checked, port)
        if step == sequence.DONE:
            break
        assert new is not None or old is not None, "the engine is lost"
        new, old = carry_out(step, new, old, port)
        checked = (checked or step == sequence.CHECK) and not dies
    else:
        # A run that is killed after each and every step may never come to an end; one that is not does.
        assert sum(killed) > 1
        return
    assert old is None
    assert new["HostConfig"]["NetworkMode"] == f"container:{PRESENT}"
    assert port is None or new["Config"]["Cmd"] == ["--port", str(port)]
    assert not start or new["State"]["Status"] == "running"


@given(found, found, st.booleans(), st.booleans())
def test_the_old_one_is_removed_only_for_one_that_took_its_place(new, old, start, checked):
    step = next_step(new, old, PRESENT, start, checked)
    if step == sequence.REMOVE_OLD:
        assert new is not None
        assert not start or checked or new["HostConfig"]["NetworkMode"] != f"container:{PRESENT}"
    if step == sequence.REMOVE_COPY:
        assert old is not None
        assert new["State"]["Status"] == "created"


@given(found, found, st.booleans())
def test_two_never_run_at_once_unless_docker_would_remove_the_old_one(new, old, checked):
    step = next_step(new, old, PRESENT, True, checked)
    if step == sequence.START and old is not None and old["State"]["Status"] in ("running", "paused", "restarting"):
        assert old["HostConfig"]["AutoRemove"]


@pytest.mark.parametrize(
    ("new", "old", "ran"),
    [
        (raw("running", GONE), None, True),
        (raw("exited", GONE), None, False),
        (None, raw("running", GONE), True),
        (None, raw("exited", GONE, finished=50), False),
        (raw("created", created=100), raw("exited", GONE, finished=130), True),  # stopped by the recreation
        (raw("created", created=100), raw("exited", GONE, finished=50), False),  # stopped long before it
        (raw("created", created=100), raw("created", GONE), False),
        (raw("running", created=100), raw("exited", GONE, finished=50), True),
    ],
)
def test_whether_it_ran_can_be_told_at_any_point(new, old, ran):
    assert ran_before(new, old) is ran
