# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the event source documents, what its schema says and what its code takes are the same."""

from __future__ import annotations

import dataclasses
import json
import re

import jsonschema
import pytest
import yaml
from ansible_rulebook.validators import Validate
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plain.eda.plugin import EXTENSION, FILTER, SOURCE, load

gluetun = load(SOURCE)
SCHEMA = json.loads((SOURCE.parent / "schemas/gluetun.json").read_text(encoding="utf-8"))
DOCUMENTED = yaml.safe_load(gluetun.DOCUMENTATION)["options"]
RULEBOOKS = sorted(path.stem for path in (EXTENSION / "rulebooks").glob("*.yml"))


def described(properties: dict) -> dict:
    return {name: one.get("default") for name, one in properties.items()}


def test_the_options_are_documented_and_in_the_schema_with_their_defaults():
    coded = {item.name: item.default for item in dataclasses.fields(gluetun.Options)}
    coded["exporters"] = None
    assert described(SCHEMA["properties"]) == described(DOCUMENTED) == coded
    nested = SCHEMA["properties"]["exporters"]["items"]["properties"]
    coded = {item.name: item.default for item in dataclasses.fields(gluetun.Exporter)}
    coded.update(host=None, url=None)
    assert described(nested) == described(DOCUMENTED["exporters"]["suboptions"]) == coded
    for name, least in gluetun._LEAST.items():
        assert SCHEMA["properties"][name]["minimum"] == least


VALUES = st.sampled_from(
    ["h", "all", "a b", "", "http://x:1", "https://x", "http://u@x:1", "x:1", 1, 0, 0.5, -1, True, None]
)
ENTRIES = st.fixed_dictionaries(
    {"host": st.just("h") | VALUES, "url": st.just("http://x:1") | VALUES},
    optional={"token": VALUES, "verify": VALUES, "vpns": st.lists(VALUES, max_size=2), "other": VALUES},
)


@settings(deadline=None)
@given(args=st.fixed_dictionaries({"exporters": st.lists(ENTRIES, max_size=1)}, optional={"lost_after": VALUES}))
def test_the_code_takes_nothing_that_the_schema_refuses(args):
    try:
        gluetun.parse_options(args)
    except gluetun.OptionError:
        return
    given = {**args, "exporters": [{k: v for k, v in one.items() if v is not None} for one in args["exporters"]]}
    jsonschema.validate(given, SCHEMA)


@pytest.mark.parametrize("path", [SOURCE, FILTER], ids=lambda path: path.stem)
def test_the_examples_name_the_plugin_and_it_needs_nothing_of_the_collection(path):
    module = load(path)
    assert yaml.safe_load(module.EXAMPLES)
    assert yaml.safe_load(module.DOCUMENTATION)["module"] == path.stem
    assert not re.search(
        r"^(from|import) (ansible_collections|acestream)", path.read_text(encoding="utf-8"), re.MULTILINE
    )


def test_the_example_of_the_source_can_be_used(monkeypatch):
    (example,) = yaml.safe_load(gluetun.EXAMPLES)
    monkeypatch.setattr(gluetun, "read_token", lambda path: "x")
    monkeypatch.setattr(gluetun, "tls", lambda ca_file, verify: None)
    assert [one.host for one in gluetun.parse_options(example["acestream.vpn.gluetun"]).exporters] == [
        "mediaserver",
        "attic",
    ]


@pytest.mark.parametrize("name", RULEBOOKS)
def test_a_rulebook_is_what_ansible_rulebook_takes(name):
    document = yaml.safe_load((EXTENSION / f"rulebooks/{name}.yml").read_text(encoding="utf-8"))
    Validate.rulebook(document)


@pytest.mark.parametrize("name", ["watch", "alertmanager"])
def test_the_variant_for_awx_differs_in_nothing_but_what_it_starts(name):
    def parts(stem):
        text = (EXTENSION / f"rulebooks/{stem}.yml").read_text(encoding="utf-8")
        (ruleset,) = yaml.safe_load(text)
        action = ruleset["rules"][0].pop("action")
        ruleset.pop("name")
        return ruleset, action

    here, run = parts(name)
    awx, job = parts(f"{name}_awx")
    assert here == awx
    run, job = run["run_playbook"], job["run_job_template"]
    assert job["job_args"]["limit"] == run["lock"] == job["lock"]
    assert job["job_args"]["extra_vars"] == run["extra_vars"]
    assert job["include_events"] is False
