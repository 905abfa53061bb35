# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The memory survives being written and read, and nothing that is no memory is taken for one."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._model.memory import (
    FORMAT,
    VERDICTS,
    EngineMemory,
    GluetunMemory,
    Maintenance,
    Memory,
    MemoryFormatError,
    from_document,
)
from ansible_collections.acestream.vpn.plugins.module_utils._model.transition import timestamp
from hypothesis import given
from hypothesis import strategies as st

times = st.floats(0, 4e9, allow_nan=False)
maybe_times = st.one_of(st.none(), times)
lists_of_times = st.lists(times, max_size=6).map(tuple)
gluetuns = st.builds(
    GluetunMemory,
    verdict=st.sampled_from(VERDICTS),
    known=st.sampled_from([None, "healthy", "unhealthy", "stopped"]),
    since=maybe_times,
    starting=st.booleans(),
    starting_since=maybe_times,
    starting_seen_at=maybe_times,
    first_start=maybe_times,
    starts_again=st.booleans(),
    in_doubt=st.booleans(),
    why=st.text(max_size=20),
    outage_since=maybe_times,
    last_outage=st.one_of(st.none(), st.tuples(times, times)),
    failures=st.integers(0, 99),
    cycles=lists_of_times,
    restarts=lists_of_times,
    latched_since=maybe_times,
    public_ip=st.one_of(st.none(), st.text(max_size=15)),
    container_id=st.one_of(st.none(), st.text(max_size=64)),
    unknown_warned=st.booleans(),
)
engines = st.builds(
    EngineMemory,
    gluetun=st.text(max_size=9),
    shown=st.booleans(),
    reason=st.text(max_size=9),
    wrong_since=maybe_times,
    attempts=lists_of_times,
    latched_since=maybe_times,
    last_stream_at=maybe_times,
)
maintenance = st.builds(
    Maintenance,
    until=times,
    reason=st.text(max_size=9),
    since=maybe_times,
    boot=st.one_of(st.none(), st.text(max_size=9)),
    until_tick=maybe_times,
)
memories = st.builds(
    Memory,
    gluetuns=st.dictionaries(st.text(max_size=9), gluetuns, max_size=3),
    engines=st.dictionaries(st.text(max_size=9), engines, max_size=3),
    maintenance=st.dictionaries(st.text(max_size=9), maintenance, max_size=2),
    at=maybe_times,
    tick=maybe_times,
    boot=st.one_of(st.none(), st.text(max_size=9)),
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9))
# Names that a memory has, so that foreign documents come close to a real one.
names = st.sampled_from(
    [item.name for cls in (Memory, GluetunMemory, EngineMemory, Maintenance) for item in fields(cls)] + ["format"]
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(names, st.text(max_size=5)), inner, max_size=6)
    ),
    max_leaves=20,
)


def read(document):
    """Read a document: a memory, or None where it is refused in the one way that is foreseen."""
    try:
        memory = from_document(document)
    except MemoryFormatError:
        return None
    assert isinstance(memory, Memory)
    return memory


@given(memories)
def test_a_memory_survives_being_written_and_read(memory):
    assert from_document(json.loads(json.dumps(memory.as_document()))) == memory


@given(anything)
def test_any_json_value_is_a_memory_or_is_refused(document):
    read(document)


@given(st.dictionaries(names, anything, max_size=9), anything, anything, anything)
def test_any_document_that_looks_like_one_is_a_memory_or_is_refused(document, gluetun, engine, maintenance):
    tables = {"gluetuns": {"g": gluetun}, "engines": {"e": engine}, "maintenance": {"": maintenance}}
    memory = read({**document, "format": FORMAT, **tables})
    if memory is not None:
        assert isinstance(memory.gluetuns["g"], GluetunMemory)
        assert isinstance(memory.engines["e"], EngineMemory)
        assert isinstance(memory.maintenance[""], Maintenance)
        assert from_document(json.loads(json.dumps(memory.as_document()))) == memory


@given(memories, st.data())
def test_one_wrong_value_never_gets_through_unnoticed(memory, data):
    """Whatever is read can be written, read again, and judged with: its numbers are numbers."""
    document = json.loads(json.dumps(memory.as_document()))
    inner = [item for name in ("gluetuns", "engines", "maintenance") for item in document[name].values()]
    table = data.draw(st.sampled_from([document, *inner]))
    table[data.draw(st.sampled_from(sorted(table)))] = data.draw(anything)
    found = read(document)
    if found is not None:
        for gluetun in found.gluetuns.values():
            assert gluetun.verdict in VERDICTS
            for at in gluetun.restarts + gluetun.cycles:
                timestamp(at)
            assert gluetun.last_outage is None or len(gluetun.last_outage) == 2
        for item in found.maintenance.values():
            timestamp(item.until)


@given(memories, st.integers(0, 400))
def test_a_torn_file_is_no_memory(memory, kept):
    text = json.dumps(memory.as_document())
    torn = text[: min(kept, len(text) - 1)]
    with pytest.raises(json.JSONDecodeError):
        json.loads(torn)


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"format": 2, "gluetuns": {}, "engines": {}},
        {"format": FORMAT},
        {"format": FORMAT, "gluetuns": [], "engines": {}},
        {"format": FORMAT, "gluetuns": {"g": {"verdict": "well"}}, "engines": {}},
        {"format": FORMAT, "gluetuns": {"g": {"restarts": ["now"]}}, "engines": {}},
        {"format": FORMAT, "gluetuns": {"g": {"failures": True}}, "engines": {}},
        {"format": FORMAT, "gluetuns": {"g": {"outage_since": float("inf")}}, "engines": {}},
        {"format": FORMAT, "gluetuns": {"g": {"outage_since": 10**400}}, "engines": {}},
        {"format": FORMAT, "gluetuns": {"g": {"last_outage": [1.0]}}, "engines": {}},
        {"format": FORMAT, "gluetuns": {}, "engines": {"e": {"shown": True}}},
        {"format": FORMAT, "gluetuns": {}, "engines": {}, "maintenance": None},
        {"format": FORMAT, "gluetuns": {}, "engines": {}, "maintenance": {"": 60}},
        {"format": FORMAT, "gluetuns": {}, "engines": {}, "maintenance": {"": {"reason": "for ever"}}},
        {"format": FORMAT, "gluetuns": {}, "engines": {}, "maintenance": {"": {"until": "tomorrow"}}},
        {"format": FORMAT, "gluetuns": {}, "engines": {}, "maintenance": {"": {"until": 1e12}}},
    ],
)
def test_what_is_foreign_is_refused(document):
    with pytest.raises(MemoryFormatError):
        from_document(document)


def test_the_memory_of_an_earlier_release_is_read():
    document = Memory().as_document()
    del document["maintenance"]
    assert from_document(document) == Memory()


def test_a_field_of_a_later_release_is_left_out():
    document = {**Memory().as_document(), "weather": "fine", "gluetuns": {"g": {"verdict": "healthy", "mood": 1}}}
    assert from_document(document) == Memory({"g": GluetunMemory("healthy")})
