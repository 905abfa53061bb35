# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which containers are engines, and whose."""

from __future__ import annotations

import json

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._host.docker import connect
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import EngineOptions
from ansible_collections.acestream.vpn.plugins.module_utils._observe.engine_discovery import (
    ASIDE_SUFFIX,
    Found,
    find,
    has_label,
)
from hypothesis import given
from hypothesis import strategies as st

from ..option_builders import host_options
from ..scripted_http import serve


@pytest.fixture
def listing(tmp_path):
    """Find engines among containers that a daemon lists: by name, with their labels."""
    path = tmp_path / "docker.sock"
    asked = []

    def respond(handler):
        asked.append(handler.path)
        body = json.dumps([{"Names": ["/" + name], "Labels": its} for name, its in server.world.items()]).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    with serve({"GET /v1.41/containers/json": respond}, socket_path=path) as server:

        def run(world, **changes):
            server.world = world
            host = host_options(**{"gluetuns": ("g1", "g2"), "docker_host": f"unix://{path}", "timeout": 2, **changes})
            run.found = find(connect(host.docker), host)
            return run.found.engines

        run.asked = asked
        yield run


LABEL = "acestream.vpn_container"


def test_only_labelled_containers_of_these_gluetuns_are_engines(listing):
    world = {
        "e1": {LABEL: "g1"},
        "e2": {LABEL: "g2"},
        "foreign": {LABEL: "g3"},
        "neighbour": {},
        "g1": {LABEL: "g2"},
    }
    assert listing(world) == {"e1": Found("g1"), "e2": Found("g2")}
    (said,) = listing.found.unassigned
    assert "foreign" in said
    assert LABEL + "=g3" in said


def test_a_label_without_a_value_belongs_to_the_only_gluetun_or_to_nobody(listing):
    assert listing({"e": {LABEL: ""}}) == {}
    assert listing({"e": {LABEL: ""}}, gluetuns=["g1"]) == {"e": Found("g1")}


def test_a_filter_stands_in_for_the_label(listing):
    world = {"e1": {"app": "ace", "tier": "1"}, "e2": {"app": "ace", LABEL: "g1"}, "e3": {"app": "other", LABEL: "g1"}}
    assert listing(world, engine_filters=("app=ace",), gluetuns=["g1"]) == {
        "e1": Found("g1"),
        "e2": Found("g1"),
    }
    assert listing(world, engine_filters=("app=ace", "tier"), gluetuns=["g1"]) == {"e1": Found("g1")}


def test_a_container_put_aside_is_its_engine(listing):
    world = {"e1": {LABEL: "g1"}, "e1" + ASIDE_SUFFIX: {LABEL: "g1"}, "e2" + ASIDE_SUFFIX: {LABEL: "g1"}}
    assert listing(world) == {"e1": Found("g1", aside=True), "e2": Found("g1", aside=True)}


def test_a_declared_engine_needs_no_label_not_even_put_aside(listing):
    declared = [EngineOptions("mine", "g1", 6878), EngineOptions("other", "g9")]
    world = {"mine": {}, "mine" + ASIDE_SUFFIX: {}, "else" + ASIDE_SUFFIX: {}}
    assert listing(world, engines=declared) == {"mine": Found("g1", aside=True)}


def test_one_call_lists_them_whatever_is_declared(listing):
    listing({"e1": {LABEL: "g1"}}, engines=[EngineOptions("mine", "g1")])
    assert len(listing.asked) == 1


@given(st.dictionaries(st.sampled_from("abc"), st.sampled_from(["", "x"])), st.text("abcx=", max_size=4))
def test_a_label_is_wanted_as_docker_takes_it(labels, wanted):
    name, _has, value = wanted.partition("=")
    expected = name in labels and ("=" not in wanted or labels[name] == value)
    assert has_label(labels, wanted) == expected


def test_a_gluetun_that_is_not_there_is_named_as_it_probably_is(listing):
    world = {"media-g1-1": {"com.docker.compose.service": "g1"}}
    listing(world)
    assert listing.found.meant == {"g1": "media-g1-1", "g2": ""}
