# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is sent to an API whose objects are known by their names."""

from __future__ import annotations

import json

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.acestream.vpn.plugins.filter.secret_operations import secret_operations
from ansible_collections.acestream.vpn.plugins.filter.upserts import upserts
from hypothesis import given
from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "a b", "ab", "b"])
FIELDS = st.fixed_dictionaries(
    {"size": st.integers(0, 3), "text": st.sampled_from(["", "x", '{"k": 1}']), "on": st.booleans()}
)
OBJECTS = st.dictionaries(NAMES, FIELDS, max_size=4)


def listed(objects: dict) -> list:
    """Objects as an API lists them: with an id, and fields nobody asked for."""
    return [
        {"id": 10 + n, "name": name, "made": "long ago", **value} for n, (name, value) in enumerate(objects.items())
    ]


def sent(api: dict, calls: list) -> dict:
    """What the API holds after the calls."""
    ids = {f"/{have['id']}": have["name"] for have in listed(api)}
    after = dict(api)
    for call in calls:
        if call["method"] == "DELETE":
            del after[ids[call["path"]]]
        else:
            after[call["name"]] = {key: call["body"][key] for key in ("size", "text", "on")}
    return after


@given(OBJECTS, OBJECTS, st.sets(NAMES))
def test_one_pass_leads_to_what_is_wanted_and_a_second_does_nothing(api, wanted, owned):
    wants = [{"name": name, **value} for name, value in wanted.items()]
    calls = upserts(wants, found=listed(api), owned=sorted(owned))["calls"]
    after = sent(api, calls)
    assert {name: after[name] for name in wanted} == wanted
    # What is neither wanted nor owned stays as it was, whatever its name begins with.
    others = set(api) - set(wanted) - owned
    assert {name: after[name] for name in others} == {name: api[name] for name in others}
    assert set(after) == set(wanted) | others
    assert upserts(wants, found=listed(after), owned=sorted(owned))["calls"] == []


def test_fields_that_nobody_asked_for_are_sent_back_as_they_are():
    plan = upserts([{"name": "a", "size": 2}], found=[{"id": 7, "name": "a", "size": 1, "made": "x"}])
    assert plan["calls"] == [
        {
            "method": "PUT",
            "path": "/7",
            "name": "a",
            "fields": ["size"],
            "body": {"id": 7, "name": "a", "size": 2, "made": "x"},
        }
    ]
    assert plan["ids"] == {"a": 7}


@pytest.mark.parametrize(
    ("have", "want", "same"),
    [
        (None, "", True),
        (None, [], True),
        (None, False, True),
        (None, "{}", True),
        ("", "[]", True),
        ('{"b": 1, "a": 2}', '{"a": 2, "b": 1}', True),
        ('{"b": 1, "a": 2}', '{"a": 2}', False),
        ('["-v"]', "[]", False),
        ("[]", '["-v"]', False),
        ("not json {", "{}", False),
        ("main", "", False),
        ("a", "b", False),
        ([{"name": "m", "values": None, "more": 1}], [{"name": "m", "values": []}], True),
        ([{"name": "m"}, {"name": "n"}], [{"name": "m"}], False),
        ([{"name": "m", "required": True}], [{"name": "m", "required": False}], False),
    ],
)
def test_what_counts_as_a_difference(have, want, same):
    found = [{"id": 1, "name": "a", "field": have}]
    assert (upserts([{"name": "a", "field": want}], found=found)["calls"] == []) is same


def test_secrets_are_sent_when_made_and_when_asked_for():
    want = [{"name": "k", "type": "ssh"}]
    secrets = {"k": {"ssh": {"private_key": "P"}}}
    assert upserts(want, secrets=secrets)["calls"][0]["body"] == {
        "name": "k",
        "type": "ssh",
        "ssh": {"private_key": "P"},
    }
    found = [{"id": 1, "name": "k", "type": "ssh", "ssh": {"private_key": ""}}]
    assert upserts(want, found=found, secrets=secrets)["calls"] == []
    (call,) = upserts(want, found=found, secrets=secrets, update_secrets=True)["calls"]
    assert (call["method"], call["body"]["ssh"], call["fields"]) == ("PUT", {"private_key": "P"}, ["ssh"])


def test_two_of_the_same_name_are_an_error_only_where_the_name_matters():
    found = [{"id": 1, "name": "a"}, {"id": 2, "name": "a"}]
    for words in ({"wanted": [{"name": "a"}]}, {"wanted": [], "owned": ["a"]}):
        with pytest.raises(AnsibleFilterError, match=r"ids 1 and 2.*delete or rename"):
            upserts(found=found, **words)
    assert upserts([], found=found, owned=["b"])["calls"] == []


def test_operations_on_the_secrets_of_an_environment():
    assert secret_operations({"A": "1"}) == [{"type": "env", "name": "A", "secret": "1", "operation": "create"}]
    listed_ones = [
        {"id": 5, "type": "env", "name": "A", "secret": "", "operation": ""},
        {"id": 6, "type": "var", "name": "B", "secret": "", "operation": ""},
    ]
    assert secret_operations({"A": "1"}, listed_ones[:1]) == []
    assert [(op["operation"], op["name"]) for op in secret_operations({"A": "1", "B": "2"}, listed_ones)] == [
        ("delete", "B"),
        ("create", "B"),
    ]
    (update,) = secret_operations({"A": "1"}, listed_ones[:1], update=True)
    assert json.dumps(update, sort_keys=True) == json.dumps(
        {"id": 5, "name": "A", "operation": "update", "secret": "1", "type": "env"}, sort_keys=True
    )
