# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures of the rules: their defaults, and what is refused."""

from __future__ import annotations

from dataclasses import fields

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._model.policy import Policy, PolicyError
from hypothesis import given
from hypothesis import strategies as st

NAMES = [item.name for item in fields(Policy)]
NUMBERS = [item.name for item in fields(Policy) if not isinstance(item.default, str)]
WHOLE = ["fall", "restart_budget", "engine_budget", "max_unavailable"]
#: A pool of none is no pool.
MAY_BE_NONE = ["min_replicas"]


def test_the_defaults_are_those_of_the_design():
    policy = Policy()
    assert (policy.fall, policy.confirm_timeout) == (2, 15)
    assert (policy.cycle_after, policy.restart_after, policy.restart_interval) == (30, 60, 120)
    assert (policy.restart_interval_max, policy.restart_budget, policy.restart_budget_window) == (1800, 5, 3600)
    assert (policy.start_stopped, policy.restart_engines_on_reconnect) == ("auto", "always")
    assert (policy.drain_timeout, policy.start_period) == (600, 60)


def test_nothing_given_is_the_defaults():
    assert Policy.from_dict({}) == Policy.from_dict(dict.fromkeys(NAMES)) == Policy()


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_may_come_as_text(name):
    value = {"restart_interval": 7, "cycle_after": 7, "restart_after": 77}.get(name, 7)
    found = Policy.from_dict({name: str(value)})
    assert getattr(found, name) == value
    assert isinstance(getattr(found, name), int if name in WHOLE + MAY_BE_NONE else float)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", [-1, "soon", True, float("nan"), float("inf"), [], {}, "-0.5"])
def test_an_error_names_the_setting(name, value):
    with pytest.raises(PolicyError, match=f"^{name} is "):
        Policy.from_dict({name: value})


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("value", [0, 1.5, "2.5"])
def test_counts_are_whole_and_at_least_one(name, value):
    with pytest.raises(PolicyError, match=f"^{name} is .*(at least 1|whole number)"):
        Policy.from_dict({name: value})


@pytest.mark.parametrize(
    ("name", "choices"),
    [("start_stopped", "auto, always, never"), ("restart_engines_on_reconnect", "always, ip_change, never")],
)
def test_a_choice_that_does_not_exist_is_answered_with_those_that_do(name, choices):
    with pytest.raises(PolicyError, match=f"^{name} is 'perhaps': allowed are {choices}$"):
        Policy.from_dict({name: "perhaps"})


def test_an_unknown_name_is_answered_with_those_that_exist():
    with pytest.raises(PolicyError, match="^restart_afterwards is not a policy setting: allowed are .*restart_after"):
        Policy.from_dict({"restart_afterwards": 60})


def test_the_gentle_step_comes_first():
    with pytest.raises(PolicyError, match="cycle_after .* later than restart_after"):
        Policy(cycle_after=61)


def test_restarts_are_spaced():
    with pytest.raises(PolicyError, match="^restart_interval is 0"):
        Policy(restart_interval=0.0)


VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9), st.just([]), st.just({}))


@given(st.dictionaries(st.one_of(st.sampled_from(NAMES), st.text(max_size=9)), VALUES, max_size=5))
def test_whatever_is_given_makes_a_policy_or_is_refused_with_a_reason(given_values):
    refused, policy = "", None
    try:
        policy = Policy.from_dict(given_values)
    except PolicyError as error:
        refused = str(error)
    if policy is None:
        assert any(name in refused for name in [*given_values, "cycle_after"])
    else:
        assert policy.cycle_after <= policy.restart_after
        assert policy.fall >= 1
