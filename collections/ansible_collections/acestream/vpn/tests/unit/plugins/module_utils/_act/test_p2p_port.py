# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Another P2P port: it is the one that is read back, and nothing else changes."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._act.p2p_port import with_p2p_port
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_ports import ports
from hypothesis import given
from hypothesis import strategies as st

numbers = st.integers(1, 65535)
words = st.lists(st.sampled_from(["--bind-all", "--client-console", "x y", "--ports-open", "sh"]), max_size=3)
options = st.one_of(
    st.just([]),
    numbers.map(lambda port: ["--port", str(port)]),
    numbers.map(lambda port: [f"--port={port}"]),
)
command = st.tuples(words, options, words).map(lambda parts: [*parts[0], "--http-port", "6878", *parts[1], *parts[2]])


def as_command(words_: Any) -> dict:
    return {"Cmd": words_, "Env": ["A=1"], "Image": "x"}


def as_text(words_: Any) -> dict:
    return {"Cmd": ["sh", "-c", "exec engine " + " ".join(words_)], "Env": ["A=1"], "Image": "x"}


def as_variable(words_: Any) -> dict:
    return {"Cmd": ["run"], "Env": ["A=1", "ACESTREAM_ARGS=" + " ".join(words_)], "Image": "x"}


def as_entrypoint(words_: Any) -> dict:
    return {"Entrypoint": ["engine", *words_], "Cmd": None, "Env": None, "Image": "x"}


forms = st.sampled_from([as_command, as_text, as_variable, as_entrypoint])


@given(forms, command, numbers)
def test_what_is_written_is_read_back(form, line, port):
    changed = with_p2p_port(form(line), port)
    assert ports({"Config": changed}).p2p == port
    assert ports({"Config": changed}).http == 6878


@given(forms, command, numbers, numbers)
def test_nothing_else_changes(form, line, port, other):
    config = form(line)
    once, there_and_back = with_p2p_port(config, port), with_p2p_port(with_p2p_port(config, other), port)
    assert once == there_and_back
    assert {name: value for name, value in once.items() if name not in ("Cmd", "Env", "Entrypoint")} == {"Image": "x"}
    assert with_p2p_port(once, port) == once


@pytest.mark.parametrize("config", [{}, {"Cmd": ["sleep", "1"], "Env": ["ACESTREAM_ARGS=--bind-all"]}])
def test_an_image_that_is_told_in_an_unknown_way_is_refused(config):
    with pytest.raises(ValueError, match="--http-port"):
        with_p2p_port(config, 1)
