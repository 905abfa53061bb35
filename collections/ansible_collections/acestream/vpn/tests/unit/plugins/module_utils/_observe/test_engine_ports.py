# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where an engine listens, in each of the ways that images are told, and in none."""

from __future__ import annotations

import shlex
import time
from dataclasses import replace

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._act.p2p_port import with_p2p_port
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_ports import (
    EnginePorts,
    command_line,
    ports,
    without_disputed,
)
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_words import as_port, option
from hypothesis import given
from hypothesis import strategies as st

from ..core_builders import engine, stopped

PORTS = st.integers(1, 65535)
NAMES = st.text("ABCDEFGHX_", min_size=1, max_size=9)
WORDS = st.lists(st.sampled_from(["--bind-all", "--client-console", "python", "main.py", "--port-range", "7"]))


def raw(labels=None, **config):
    return {"Config": {"Labels": labels, **config}}


def told(container, declared=None):
    """The HTTP port, the P2P port, and what told the first."""
    found = ports(container, declared)
    return found.http, found.p2p, found.told_by


def test_ports_of_each_image():
    command = "/acestream/acestreamengine --client-console --bind-all --http-port 19000 --https-port 19200 --port 45001"
    expected = EnginePorts(19000, 45001, "command", 19200)
    assert ports(raw(Cmd=command.split())) == expected
    assert ports(raw(Entrypoint=["sh", "-c"], Cmd=["exec " + command])) == expected
    assert ports(raw(Entrypoint=command.split()[:1], Cmd=command.split()[1:])) == expected
    assert ports(raw(Env=["A=b", "ACESTREAM_ARGS=" + command])) == replace(expected, told_by="variable")


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        (["HTTP_PORT=6677"], (6677, None, "variable")),
        (['HTTP_PORT="6677"', "P2P_PORT=8622"], (6677, 8622, "variable")),
        (["PORT=6677"], (6677, None, "variable")),
        (["EXTRA_FLAGS=--http-port 6879 --port 40000"], (6879, 40000, "variable")),
        (["CONF=--http-port=19000\n--port=40001"], (19000, 40001, "variable")),
        (["CONF=--http-port=19000\\n--port=40001"], (19000, 40001, "variable")),
        (["X=--http-port 1", "ACESTREAM_ARGS=--http-port 2"], (2, None, "variable")),
        (["FLAGS=--http-port ${HTTP_PORT:-6880} --port $P2P_PORT", "P2P_PORT=5"], (6880, 5, "variable")),
        (["HTTP_PORT=1", "FLAGS=--http-port 2"], (2, None, "variable")),
        # Beside another variable for HTTP, PORT is not the API's.
        (["HTTP_PORT=6677", "PORT=8621"], (6677, None, "variable")),
        (["HTTP_PORT=none", "PORT=8621"], (6878, None, "default")),
        (["P2P_PORT=8700", "PORT=8700"], (6878, 8700, "default")),
        ([], (6878, None, "default")),
    ],
)
def test_variables_that_images_have(env, expected):
    assert told(raw(Cmd=["/start-engine"], Env=env)) == expected


@pytest.mark.parametrize(
    ("script", "http"),
    [
        ("exec engine --client-console --http-port $HTTP_PORT", 6700),
        ("exec engine --http-port ${HTTP_PORT}", 6700),
        ("exec engine --http-port=${HTTP_PORT:-6900}", 6700),
        ("exec engine --http-port ${UNSET:-6900} && true", 6900),
        ("exec engine --http-port ${EMPTY:-6900};true", 6900),
        ("exec engine --http-port ${UNSET-6900}", 6900),
        ('exec engine --http-port "$HTTP_PORT"; exit 1', 6700),
        ("cd /x\nexec engine \\\n  --http-port $HTTP_PORT \\\n  --bind-all", 6700),
        ("exec engine $FLAGS", 6701),
        ("engine --http-port $(touch /tmp/never; echo 1) --http-port `id`", None),
        ("engine --http-port $UNSET --bind-all", None),
        ("engine 'unclosed --http-port 6702", 6702),
        ("exec su user -c 'engine --http-port $HTTP_PORT'", 6700),
    ],
)
def test_a_shell_s_variables_are_put_in_and_nothing_is_executed(script, http):
    env = ["HTTP_PORT=6700", "EMPTY=", "FLAGS=--bind-all --http-port 6701"]
    found = ports(raw(Cmd=["sh", "-c", script], Env=env))
    # Without the command, the variable FLAGS would tell.
    assert (found.http, found.told_by) == ((6701, "variable") if http is None else (http, "command"))
    assert ports(raw(Entrypoint="exec " + script, Env=env)) == found


def test_a_variable_that_a_word_of_the_command_names():
    words = ["engine", "--http-port", "${P}", "--port=$Q"]
    assert told(raw(Cmd=words, Env=["P=6000", "Q=6001"])) == (6000, 6001, "command")


def test_what_is_put_in_is_not_read_again():
    assert told(raw(Cmd=["engine", "--http-port", "$A"], Env=["A=$B", "B=7"])) == (6878, None, "default")


@pytest.mark.parametrize(
    ("exposed", "expected"),
    [
        (["6900/tcp"], (6900, "exposed")),
        (["6900"], (6900, "exposed")),
        (["6900/tcp", "8700/tcp", "8700/udp"], (6900, "exposed")),
        (["6900/tcp", "62062/tcp", "8621/tcp", "8000/tcp"], (6900, "exposed")),
        (["6900/tcp", "6901/tcp"], (6878, "default")),
        (["6900/udp", "6901/sctp", "x/tcp", "70000/tcp", "6000-6010/tcp"], (6878, "default")),
        ([f"{port}/tcp" for port in range(1, 3000)], (6878, "default")),
        ([], (6878, "default")),
    ],
)
def test_exposed_ports(exposed, expected):
    found = ports(raw(ExposedPorts={item: {} for item in exposed}))
    assert (found.http, found.told_by) == expected
    assert found.assumed


def test_each_source_wins_over_the_next_and_what_is_no_port_falls_through():
    sources = [
        ("declared", {"declared": 1}),
        ("label", {"Labels": {"acestream.http_port": "2"}}),
        ("command", {"Cmd": ["engine", "--http-port", "3"]}),
        ("variable", {"Env": ["X=--http-port 4"]}),
        ("exposed", {"ExposedPorts": {"5/tcp": {}}}),
        ("default", {}),
    ]
    bad = {
        "declared": 65536,
        "Labels": {"acestream.http_port": "${X}\n2"},
        "Cmd": ["engine", "--http-port", "0"],
        "Env": ["X=--http-port -4"],
        "ExposedPorts": ["5/tcp"],
    }
    for at, (name, _given) in enumerate(sources):
        config = dict(bad)
        for _name, given_ in sources[at:]:
            config.update(given_)
        declared = config.pop("declared")
        number = 6878 if name == "default" else at + 1
        assert told({"Config": config}, declared)[::2] == (number, name)
        assert ports({"Config": config}, declared).assumed == (name in ("exposed", "default"))


def test_the_number_in_port_alone_is_assumed_and_options_are_not():
    assert ports(raw(Env=["PORT=7000"])).assumed
    assert not ports(raw(Env=["HTTP_PORT=7000"])).assumed
    assert not ports(raw(Env=["ANY=--http-port 7000"])).assumed


def test_a_container_without_anything():
    assert ports({}) == EnginePorts(6878, None, "default", None, assumed=True)
    assert command_line({"Cmd": None, "Entrypoint": None, "Env": None}) == []


@pytest.mark.parametrize(
    "config",
    [
        {"Env": [f"V{number}=--http-port x" for number in range(10_000)]},
        {"Env": ["V=" + "--http-port x " * 100_000]},
        {"Env": ["A=" + "$A " * 5000, "V=--http-port " + "$A " * 5000]},
        {"Env": ["V=" + "'\\" * 500_000], "Cmd": ["sh", "-c", "x --http-port " + "'\\$V" * 300_000]},
        {"Cmd": ["--http-port", "9" * 1_000_000], "Labels": {"acestream.http_port": "1" * 1_000_000}},
        {"Cmd": ["x --http-port $V"] * 20_000, "Env": ["V=" + "y " * 2000]},
        {"Env": [None, 7, "", "=", "X", {}], "Cmd": [None, 7], "Entrypoint": 3, "ExposedPorts": 7},
        {"Env": {"A": "B"}, "Cmd": {"--http-port": 7}, "Entrypoint": False, "ExposedPorts": []},
    ],
)
def test_huge_and_malformed_configurations_take_bounded_work(config):
    began = time.process_time()
    assert told({"Config": config})[::2] == (6878, "default")
    assert time.process_time() - began < 3


@given(WORDS, PORTS, WORDS, st.booleans())
def test_an_option_is_found_wherever_it_stands(before, port, after, joined):
    words = [*before, *([f"--port={port}"] if joined else ["--port", str(port)]), *after]
    assert option(words, "--port") == port
    assert option(words, "--http-port") is None


@given(PORTS, PORTS)
def test_the_last_one_counts(first, last):
    assert option(["--port", str(first), f"--port={last}"], "--port") == last


@given(WORDS, PORTS)
def test_arguments_in_the_environment_are_split_as_a_shell_does(words, port):
    config = {"Env": ["ACESTREAM_ARGS=" + shlex.join([*words, "--http-port", str(port)])]}
    assert command_line(config) == [*words, "--http-port", str(port)]


@given(NAMES, WORDS, PORTS, PORTS, st.sampled_from(["--http-port {} --port {}", "--http-port={}\n--port={}"]))
def test_options_are_found_in_a_variable_of_any_name(name, words, http, p2p, form):
    options = " ".join([*words, form.format(http, p2p)])
    assert told(raw(Cmd=["/start"], Env=["A_B=c", f"{name}={options}"])) == (http, p2p, "variable")


@given(NAMES, PORTS, st.sampled_from(["${}", "${{{}}}", "${{{}:-5}}"]), st.booleans())
def test_a_variable_of_any_name_is_put_in(name, port, form, shell):
    words = ["engine", "--http-port", form.format(name)]
    config = {"Cmd": ["sh", "-c", "exec " + " ".join(words)] if shell else words, "Env": [f"{name}={port}"]}
    assert told({"Config": config})[::2] == (port, "command")


NOISE = st.text("-=$ {}:'\"\\\n;&|httpor0123456789HTTP_PORT", max_size=40)


@given(st.lists(NOISE, max_size=4), st.lists(NOISE, max_size=4), NOISE, st.none() | st.integers())
def test_noise_gives_a_port(words, env, label, declared):
    found = ports(raw({"acestream.http_port": label}, Cmd=words, Env=env, ExposedPorts={label: {}}), declared)
    assert 0 < found.http < 65536
    assert all(port is None or 0 < port < 65536 for port in (found.p2p, found.https))
    assert found.told_by in ("declared", "label", "command", "variable", "exposed", "default")


@given(st.lists(NOISE, max_size=3), st.lists(NOISE.map("X=--http-port 1 ".__add__), max_size=2), PORTS)
def test_a_p2p_port_that_could_be_given_is_read_back(words, env, port):
    config = {"Cmd": ["engine", "--http-port", "1", *(word for word in words if "-" not in word)], "Env": env}
    assert ports({"Config": with_p2p_port(config, port)}).p2p == port


@given(st.text(max_size=12) | st.integers() | st.floats() | st.booleans() | st.none())
def test_what_is_a_port(value):
    found = as_port(value)
    assert found is None or 0 < found < 65536


def assumed(name, port=6878, **changes):
    return engine(name, port=port, http_port_assumed=True, http_port_from="default", **changes)


def by_name(*engines):
    return {item.name: item for item in engines}


def test_an_assumed_port_that_is_another_engine_s_is_not_believed():
    found = without_disputed(by_name(assumed("a"), engine("b", port=6878), engine("c", port=6879)))
    assert found["b"].http_port == 6878
    assert (found["a"].http_port, found["a"].api, found["a"].connected) == (None, "unknown", None)
    assert "declare its http_port" in found["a"].problems[0]
    assert " b:" in found["a"].problems[0]


def test_two_assumed_ones_are_both_unknown_and_nobody_else_disputes_a_port():
    both = without_disputed(by_name(assumed("a"), assumed("b")))
    assert [item.http_port for item in both.values()] == [None, None]
    others = by_name(assumed("a"), assumed("b", of="other"), stopped(assumed("c")), assumed("d", port=7000))
    assert without_disputed(others) == others
