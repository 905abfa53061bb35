# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who belongs to whom: one example for each way, and that nothing is dropped in silence."""

from __future__ import annotations

import random

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import EngineMemory, GluetunMemory, Memory
from ansible_collections.acestream.vpn.plugins.module_utils._model.observation import Container
from ansible_collections.acestream.vpn.plugins.module_utils._model.options import EngineOptions
from ansible_collections.acestream.vpn.plugins.module_utils._observe.belonging import (
    PROJECT,
    SERVICE,
    assign,
    left_over,
    meant,
)
from hypothesis import given
from hypothesis import strategies as st

from ..option_builders import host_options

LABEL = "acestream.vpn_container"
GONE = "f" * 64


def identity(name):
    return name.encode().hex().ljust(64, "0")[:64]


def listed(name, label=None, on="", project=None, service=None, state="running", image=""):
    """A container of a list; C(on) is the name of the one whose network it shares, or an ID of 64 letters."""
    labels = {LABEL: label, PROJECT: project, SERVICE: service}
    reference = on if len(on) == 64 else identity(on)
    return Container(
        identity(name),
        name,
        state,
        network_mode=f"container:{reference}" if on else "media_default",
        image=image,
        labels={key: value for key, value in labels.items() if value is not None},
    )


def sort(engine, *others, gluetuns=("g1", "g2"), declared=(), memory=None):
    """What becomes of one engine: its gluetun, and what is said."""
    containers = [engine, *others]
    found = assign({engine.name: engine}, containers, host_options(gluetuns, declared), lambda: memory or Memory())
    return found.assigned.get(engine.name), found.unassigned.get(engine.name, "")


G1, G2 = listed("g1"), listed("g2")


def test_a_declaration_wins_over_the_network_and_the_label():
    engine = listed("e", label="g2", on="g2")
    assert sort(engine, G1, G2, declared=[EngineOptions("e", "g1")]) == ("g1", "")


def test_a_declaration_for_a_gluetun_that_is_not_declared_is_said():
    gluetun, said = sort(listed("e", on="g1"), G1, declared=[EngineOptions("e", "g9")])
    assert gluetun is None
    assert "declared for g9" in said


@pytest.mark.parametrize("reference", [identity("g2"), identity("g2")[:12], "g2"])
def test_the_network_that_it_is_on_wins_over_the_label(reference):
    engine = Container("e" * 64, "e", "running", network_mode=f"container:{reference}", labels={LABEL: "g1"})
    assert sort(engine, G1, G2) == ("g2", "")
    assert sort(Container("e" * 64, "e", "running", network_mode=f"container:{reference}"), G1, G2) == ("g2", "")


def test_the_network_that_it_was_on_is_remembered():
    engine = listed("e", on=GONE)
    by_container = Memory(gluetuns={"g2": GluetunMemory(container_id=GONE)})
    by_engine = Memory(engines={"e": EngineMemory("g2")})
    assert sort(engine, G1, G2, memory=by_container) == ("g2", "")
    assert sort(engine, G1, G2, memory=by_engine) == ("g2", "")
    assert sort(engine, G1, G2)[0] is None
    # A gluetun that is not looked after any more is nobody's.
    assert sort(engine, G1, G2, memory=Memory(engines={"e": EngineMemory("g9")}))[0] is None


def test_what_is_remembered_is_not_asked_for_where_the_network_is_there():
    def never():
        raise AssertionError

    containers = [listed("e", label="g1", on="proxy"), listed("f", label="g1", on="g1"), listed("proxy"), G1, G2]
    found = assign({item.name: item for item in containers[:2]}, containers, host_options(["g1", "g2"]), never)
    assert found.assigned == {"e": "g1", "f": "g1"}


def test_a_label_names_a_container():
    assert sort(listed("e", label="g2"), G1, G2) == ("g2", "")
    assert sort(listed("e", label="g2")) == ("g2", "")


def test_a_label_names_a_compose_service():
    gluetuns = ["media-vpn-1", "other-vpn-1"]
    containers = [listed(f"{project}-vpn-1", project=project, service="vpn") for project in ("media", "other")]
    engine = listed("e", label="vpn", on=GONE, project="media")
    assert sort(engine, *containers, gluetuns=gluetuns) == ("media-vpn-1", "")
    assert sort(listed("e", label="vpn"), *containers[:1], gluetuns=gluetuns) == ("media-vpn-1", "")


def test_a_service_of_several_gluetuns_is_nobodys():
    gluetuns = ["media-vpn-1", "other-vpn-1"]
    containers = [listed(f"{project}-vpn-1", project=project, service="vpn") for project in ("media", "other")]
    gluetun, said = sort(listed("e", label="vpn"), *containers, gluetuns=gluetuns)
    assert gluetun is None
    assert "media-vpn-1, other-vpn-1" in said


@pytest.mark.parametrize(
    ("label", "project", "said"),
    [
        ("vpn", "media", "media-vpn-1 was probably meant"),
        ("vpn", "else", "media-vpn-1 was probably meant"),
        ("Gluetun1", None, "gluetun-1 was probably meant"),
        ("xyz", None, "there is gluetun-1, gluetun-2"),
    ],
)
def test_a_label_that_leads_nowhere_is_told_with_what_was_probably_meant(label, project, said):
    others = [listed("media-vpn-1", project="media", service="vpn")]
    # A container that was to replace it is not what anybody means.
    others.append(listed("0123456789ab_media-vpn-1", project="media", service="vpn", state="created"))
    gluetun, told = sort(listed("e", label=label, project=project), *others, gluetuns=["gluetun-1", "gluetun-2"])
    assert gluetun is None
    assert "engine e " in told
    assert f"{LABEL}={label}" in told
    assert said in told


def test_what_is_labelled_for_another_setups_gluetun_is_not_ours_to_speak_of():
    theirs, engine = listed("their-vpn"), listed("e", label="their-vpn")
    assert sort(engine, theirs, G1, gluetuns=["g1"]) == (None, "")
    assert sort(engine, theirs, G1, G2) == (None, "")


def test_a_label_that_leads_nowhere_is_not_put_right_by_there_being_one_gluetun_alone():
    assert sort(listed("e", label="g9"), G1, gluetuns=["g1"])[0] is None
    assert sort(listed("e"), G1, gluetuns=["g1"]) == ("g1", "")
    assert sort(listed("e", label=""), G1, gluetuns=["g1"]) == ("g1", "")


def test_an_engine_without_anything_is_told_on_which_network_it_is():
    assert "network of proxy" in sort(listed("e", on="proxy"), listed("proxy"), G1, G2)[1]
    assert "no label" in sort(listed("e"), G1, G2)[1]


def test_somebodys_label_stays_one_line():
    said = sort(listed("e", label="{{ x }}\nCRITICAL: " + "y" * 5000))[1]
    assert said.isprintable()
    assert len(said) < 500


# What somebody's recreation left over


def test_a_container_that_was_to_replace_an_engine_is_none():
    engine, other = listed("ace-1", label="g1"), listed("8e4ed551c6dd_ace-1", label="g1", state="created")
    found = assign({item.name: item for item in (engine, other)}, [engine, other, G1], host_options(["g1"]))
    assert found.assigned == {"ace-1": "g1"}
    assert "recreation of ace-1" in found.unassigned[other.name]
    assert f"docker rm {other.name}" in found.unassigned[other.name]


@pytest.mark.parametrize(
    ("name", "state", "engines"),
    [
        ("8e4ed551c6dd_ace-1", "running", ["ace-1"]),
        ("8e4ed551c6dd_ace-1", "", ["ace-1"]),
        ("8e4ed551c6dd_ace-1", "created", ["ace-2"]),
        ("8e4ed551c6dg_ace-1", "created", ["ace-1"]),
        ("8e4ed551c6d_ace-1", "created", ["ace-1"]),
        ("8e4ed551c6dd_", "created", [""]),
    ],
)
def test_what_is_not_proven_to_be_left_over_is_an_engine(name, state, engines):
    assert left_over(listed(name, state=state), engines) is None


def test_what_is_declared_is_an_engine_whatever_its_name():
    engine, other = listed("ace-1"), listed("8e4ed551c6dd_ace-1", state="created")
    host = host_options(["g1"], [EngineOptions(item.name, "g1") for item in (engine, other)])
    assert assign({item.name: item for item in (engine, other)}, [engine, other, G1], host).unassigned == {}


# A gluetun that is not there


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        ([listed("media-gluetun-1", service="gluetun")], "media-gluetun-1"),
        ([listed("b", service="gluetun"), listed("a", service="gluetun")], "a or b"),
        ([listed("my-gluetun", image="qmcgaw/gluetun:v3")], "my-gluetun"),
        ([listed("my-gluetun", image="nginx")], ""),
        ([listed("g2", service="gluetun")], ""),
        ([listed("0123456789ab_gluetun", service="gluetun", image="gluetun")], ""),
        ([], ""),
    ],
)
def test_the_container_that_was_meant_by_a_gluetun_that_is_not_there(others, expected):
    assert meant("gluetun", others, ["gluetun", "g2"]) == expected


# Whatever there is

NAMES = ["g1", "g2", "e1", "e2", "e3", "0123456789ab_e1", "media-g1-1", "proxy"]
CONTAINERS = st.lists(
    st.builds(
        listed,
        st.sampled_from(NAMES),
        label=st.one_of(st.none(), st.sampled_from(["", *NAMES, "vpn"]), st.text(max_size=3)),
        on=st.sampled_from(["", GONE, *NAMES]),
        project=st.sampled_from([None, "media", "other"]),
        service=st.sampled_from([None, "vpn", "g1"]),
        state=st.sampled_from(["running", "created", "exited", ""]),
    ),
    unique_by=lambda item: item.name,
)
MEMORIES = st.builds(
    lambda gluetun, engine: Memory({"g1": GluetunMemory(container_id=gluetun)}, {"e1": EngineMemory(engine)}),
    st.sampled_from([None, GONE]),
    st.sampled_from(["g1", "g9"]),
)
GLUETUNS = st.lists(st.sampled_from(["g1", "g2", "media-g1-1"]), min_size=1, unique=True)
DECLARED = st.lists(
    st.builds(EngineOptions, st.sampled_from(["e1", "e2"]), st.sampled_from(["g1", "g9"])), unique_by=lambda x: x.name
)


@given(CONTAINERS, MEMORIES, GLUETUNS, DECLARED, st.randoms())
def test_each_candidate_is_assigned_or_told_and_always_the_same(containers, memory, gluetuns, declared, chance):
    candidates = {item.name: item for item in containers if item.name not in gluetuns}
    candidates = {**{item.name: None for item in declared}, **candidates}
    host = host_options(gluetuns, declared)
    found = assign(candidates, containers, host, lambda: memory)
    assert {*found.assigned, *found.unassigned, *found.elsewhere} == set(candidates)
    assert not {*found.elsewhere} & {*found.assigned, *found.unassigned}
    assert not {*found.assigned} & {*found.unassigned}
    assert {*found.assigned.values()} <= set(gluetuns)
    assert all(name in said and said.isprintable() for name, said in found.unassigned.items())
    shuffled, others = list(containers), list(candidates.items())
    chance.shuffle(shuffled)
    random.Random(1).shuffle(others)
    assert assign(dict(others), shuffled, host, lambda: memory) == found
