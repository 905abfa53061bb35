# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which lines of a C(.env) are ours: foreign ones are passed over unseen, slips of ours are not."""

from __future__ import annotations

import string

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._settings.env_lines import EnvError, Line, sort
from ansible_collections.acestream.vpn.plugins.module_utils._settings.env_names import meant
from ansible_collections.acestream.vpn.plugins.module_utils._settings.env_settings import NAMES, settings
from ansible_collections.acestream.vpn.tests.unit.plugins.module_utils._settings.foreign_names import (
    FOREIGN,
    GLUETUN,
    ORCHESTRATOR,
)
from hypothesis import assume, given
from hypothesis import strategies as st

SIGNS = string.ascii_uppercase + string.digits + "_"
SECRET = st.text("abcdef", min_size=8, max_size=12)
NAME = st.one_of(st.sampled_from(FOREIGN), st.text(SIGNS, min_size=1, max_size=40), st.text(min_size=1, max_size=20))


@pytest.mark.parametrize("name", FOREIGN)
def test_no_name_of_any_release_or_of_gluetun_is_taken_for_a_slip(name):
    assert meant(name, NAMES) == []
    assert sort([Line(name, "s3cr3t", 1)], NAMES, ".env").others == (name,)


def test_the_list_of_foreign_names_is_whole():
    assert not set(NAMES) & set(FOREIGN)
    assert min(len(ORCHESTRATOR), len(GLUETUN)) > 180


@given(st.lists(st.tuples(NAME, st.one_of(st.none(), SECRET)), max_size=20))
def test_foreign_names_are_passed_over_and_said_once_without_their_values(pairs):
    pairs = [(name, value) for name, value in pairs if name.partition(":")[0] not in NAMES and not meant(name, NAMES)]
    lines = [Line(name, value, number, f"{name}={value}") for number, (name, value) in enumerate(pairs, 1)]
    found, ignored = settings([*lines, Line("MIN_REPLICAS", "2", 99)], "my.env")
    assert found == {"min_replicas": 2}
    assert len(ignored) == bool(pairs)
    assert not any(value in said for said in ignored for _name, value in pairs if value is not None)


def slip(draw, name):
    """One sign too many, too few or another one, or two that changed places."""
    at = draw(st.integers(0, len(name) - 1))
    sign = draw(st.sampled_from(SIGNS))
    swapped = name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :]
    return draw(st.sampled_from([name[:at] + sign + name[at:], name[:at] + name[at + 1 :], swapped, name + sign]))


@given(st.data(), st.sampled_from(NAMES), st.sampled_from([1, 2]), SECRET)
def test_a_slip_in_a_name_of_ours_is_an_error_that_names_ours(data, name, slips, secret):
    typed = slip(data.draw, name)
    if slips == 2 and len(name) > 20:
        typed = slip(data.draw, typed)
    assume(typed not in NAMES)
    typed = data.draw(st.sampled_from([typed, typed.lower()]))
    with pytest.raises(EnvError) as error:
        settings([Line("API_KEY", secret, 1), Line(typed, secret, 7)], "my.env")
    said = str(error.value)
    assert said.startswith(f"my.env, line 7: {typed} is not a setting that is known. Did you mean ")
    if slips == 1:
        assert name in said
    assert secret not in said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (Line("vpn_mode", "single", 3), "Did you mean VPN_MODE"),
        (Line('"VPN_MODE"', "single", 3), "Did you mean VPN_MODE"),
        (Line("VPN-MODE", "single", 3), "Did you mean VPN_MODE"),
        (Line("GLUETUN_PORT_RANGE", "s3cr3t", 3), "Did you mean GLUETUN_PORT_RANGE_1 or GLUETUN_PORT_RANGE_2"),
        (Line("VPN_MODE:s3cr3t", None, 3), "VPN_MODE cannot be read: write VPN_MODE=value"),
        (Line(None, None, 3, "VPN_MODE single s3cr3t\n"), "VPN_MODE cannot be read: write VPN_MODE=value"),
        (Line(None, None, 3, "\n- VPN_MODE=s3cr3t\n"), "VPN_MODE cannot be read"),
        (Line(None, None, 3, "set VPN_MODE='s3cr3t\n"), "VPN_MODE cannot be read.*both quotes or none"),
        (Line(None, None, 3, "A='s3cr3t' VPN_MODE=single\n"), "VPN_MODE cannot be read.*on a line of its own"),
        (Line(None, None, 3, "export VPN_MOD 's3cr3t\n"), "VPN_MOD is not a setting.*Did you mean VPN_MODE"),
        (Line("API_KEY", "s3cr3t", 3, "API_KEY='s3cr3t\nVPN_MODE=single\n'"), "still hold line 4, which sets VPN_MODE"),
        (Line(None, None, 3, "\nAPI_KEY='s3cr3t\n\nMIN_REPLICA=2\n'x"), "still hold line 5, which sets MIN_REPLICA:"),
    ],
)
def test_a_line_of_ours_that_cannot_be_read_is_never_passed_over(line, said):
    with pytest.raises(EnvError, match=rf"^my\.env, line 3: .*{said}") as error:
        settings([line], "my.env")
    assert "s3cr3t" not in str(error.value)


def test_lines_of_others_that_cannot_be_read_are_counted():
    lines = [
        Line("MIN_REPLICAS", "2", 1),
        Line(None, None, 2, "my s3cr3t\n"),
        Line(None, None, 5, "A='s3cr3t's VPN_MODE # VPN_MOD"),
    ]
    assert settings(lines, "my.env") == (
        {"min_replicas": 2},
        ["2 lines are no NAME=value, and passed over; the first one is my.env, line 2"],
    )


def test_a_key_or_a_password_alone_on_a_line_is_not_shown_as_a_name():
    lines = [Line(name, None, 1) for name in ("JBSWY3DPEHPK3PXP", "MIIEvAIBADANBgkq", "s3cr3t_word", "A_" * 40 + "A")]
    assert settings([Line("MIN_REPLICAS", "2", 9), *lines], "my.env")[1] == [
        "4 names are not for this collection and passed over"
    ]


def test_what_begins_like_ours_is_shown_first():
    lines = [Line(name, "x", 1) for name in (*ORCHESTRATOR, "GLUETUN_CONTAINER")]
    said = settings(lines, "my.env")[1]
    assert said[0].startswith("my.env sets nothing here: it holds none of GLUETUN_CONTAINER_NAME, ")
    assert f"{len(lines)} names are" in said[1]
    assert "such as GLUETUN_CONTAINER, " in said[1]


def test_an_export_behind_the_value_changes_nothing():
    assert settings([Line("MIN_REPLICAS", "2", 1), Line("MIN_REPLICAS", None, 2)], ".env")[0] == {"min_replicas": 2}
