# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An engine's answers, as documented and as nonsense."""

from __future__ import annotations

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_api import as_answer, read_result
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_api_exec import interpret
from hypothesis import given
from hypothesis import strategies as st

VERSION = {"code": 3021100, "platform": "linux", "version": "3.2.11"}
STATUS = '{"result":{"playlist_loaded":true,"version":{"code":3021100,"platform":"linux","version":"3.2.11"}}}'


def test_a_result():
    assert read_result(200, STATUS.encode())["version"] == VERSION


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, STATUS),
        (200, ""),
        (200, "<html>"),
        (200, "[]"),
        (200, "null"),
        (200, '{"result":null,"error":"unknown method"}'),
        (200, '{"result":true}'),
        (200, "[" * 60000),
    ],
)
def test_what_is_no_result(status, body):
    with pytest.raises(ValueError, match=r"status|JSON|result"):
        read_result(status, body.encode())


@given(st.binary(max_size=80))
def test_noise_is_no_result(body):
    with pytest.raises(ValueError, match=r"JSON|result"):
        read_result(200, body)


@pytest.mark.parametrize(("said", "connected"), [(True, True), (False, False), (None, None), ("true", None), (1, None)])
def test_only_a_truth_value_says_whether_it_is_connected(said, connected):
    answer = as_answer({"version": VERSION}, {"connected": said})
    assert (answer.api, answer.connected) == ("ok", connected)
    assert bool(answer.problem) == (connected is None)


def test_a_version_of_another_shape_is_none():
    assert as_answer({"version": "3.2.11"}, {"connected": True}).version == {}


def test_the_answers_that_a_tool_printed():
    answer = interpret(STATUS + '\n=0\n{"result":{"connected":true}}\n=0\n')
    assert (answer.api, answer.connected, answer.version, answer.problem) == ("ok", True, VERSION, "")


def test_only_the_first_answer_was_printed():
    answer = interpret(STATUS + "\n=0\n\n=28\n")
    assert (answer.api, answer.connected) == ("ok", None)


@pytest.mark.parametrize("printed", ["\n=7\n\n=7\n", "", "sh: not found", "<html>\n=0\n"])
def test_a_tool_that_got_no_answer_proves_nothing(printed):
    assert interpret(printed).api == "unknown"
