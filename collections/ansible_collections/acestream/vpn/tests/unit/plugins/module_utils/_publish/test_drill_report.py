# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the journal tells of a drill."""

from __future__ import annotations

from ansible_collections.acestream.vpn.plugins.module_utils._publish.drill_report import tell
from hypothesis import given
from hypothesis import strategies as st

KINDS = [
    "gluetun_unhealthy",
    "engines_hidden",
    "gluetun_cycling",
    "engines_provisioning",
    "engines_lost",
    "api_unauthorised",
]


def event(at, kind, vpn="one", message="said"):
    return {"at": at, "kind": kind, "vpn": vpn, "message": message}


def test_the_stages_of_an_outage():
    told = tell(
        [
            event(90.0, "gluetun_unhealthy"),
            event(103.0, "gluetun_unhealthy"),
            event(103.0, "engines_hidden"),
            event(104.5, "engines_provisioning", "two"),
            event(131.2, "gluetun_cycling"),
            event(133.0, "gluetun_healthy"),
            event(140.0, "engines_shown"),
            event(141.0, "engines_shown", "two"),
        ],
        100.0,
        "one",
    )
    assert [(row["stage"], row["seconds"]) for row in told.rows] == [
        ("detected", 3.0),
        ("engines hidden", 3.0),
        ("engines replaced on the other VPN", 4.5),
        ("tunnel cycled", 31.2),
        ("VPN back", 33.0),
        ("engines available again", 40.0),
    ]
    assert told.rows[0]["expected"] == "0-5"
    assert told.others == []


def test_engines_of_others_that_were_lost_are_told():
    told = tell([event(101.0, "engines_lost", "two", "Not available any more")], 100.0, "one")
    assert (told.rows, told.others) == ([], ["Not available any more"])


@given(
    st.lists(st.builds(event, st.floats(0, 1000), st.sampled_from(KINDS), st.sampled_from(["one", "two", None]))),
    st.floats(0, 1000),
)
def test_rows_are_in_order_and_none_is_from_before(events, began):
    seconds = [row["seconds"] for row in tell(events, began, "one").rows]
    assert seconds == sorted(seconds)
    assert all(value >= 0 for value in seconds)


def test_lines_that_are_not_complete_are_left_out():
    assert tell([{}, {"at": 5}], 0.0, "one").rows == []
