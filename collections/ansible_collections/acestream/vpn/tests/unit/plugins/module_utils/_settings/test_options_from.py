# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The door that options come in by: all of them come through, and secrets are not shown."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest
from ansible_collections.acestream.vpn.plugins.module_utils._settings import argument_spec
from ansible_collections.acestream.vpn.plugins.module_utils._settings.options_from import (
    docker_options,
    engine_options,
    gluetun_options,
    host_options,
    new_engine_options,
    probe_options,
)
from ansible_collections.acestream.vpn.plugins.module_utils._settings.step_options_from import (
    engine_step_options,
    pool_options,
    run_options,
)

ENGINE = {"name": "mine", "gluetun": "gluetun", "http_port": 6878}
VALUES = {"str": "word", "path": "/file", "int": 7, "float": 7.5, "bool": True, "list": ["word"]}
STEP = {"lock_timeout": 1.0, "stop_timeout": 2, "run": None}


class Asked(dict):
    """Options that write down which of them somebody asked for."""

    def __init__(self, spec):
        super().__init__({name: VALUES[option["type"]] for name, option in spec.items()})
        self.names = set()

    def __getitem__(self, name):
        self.names.add(name)
        return super().__getitem__(name)

    def get(self, name, default=None):
        self.names.add(name)
        return super().get(name, default)


GLUETUNS = argument_spec.gluetuns_argument_spec()["gluetuns"]["options"]
ENGINES = argument_spec.engines_argument_spec()["engines"]["options"]


@pytest.mark.parametrize(
    ("door", "spec"),
    [
        (docker_options, argument_spec.docker_argument_spec()),
        (probe_options, argument_spec.probe_argument_spec()),
        (gluetun_options, GLUETUNS),
        (engine_options, ENGINES),
    ],
)
def test_every_option_comes_in_under_its_name(door, spec):
    given = Asked(spec)
    made = door(given)
    assert given.names == set(spec)
    for name, value in given.items():
        assert getattr(made, name) == (tuple(value) if isinstance(value, list) else value)
    with pytest.raises(FrozenInstanceError):
        setattr(made, next(iter(spec)), "another")


def everything(**changes):
    spec = argument_spec.host_argument_spec()
    given = {name: option.get("default") for name, option in spec.items()}
    gluetun = {name: "7" if name == "control_port" else f"{name} of it" for name in GLUETUNS}
    return {**given, "gluetuns": [gluetun], "engines": [ENGINE], **changes}


def test_a_host_has_all_of_them():
    host = host_options(everything(engine_filters=["app=ace"]))
    assert host.docker.docker_host == argument_spec.LOCAL_SOCKET
    assert (host.gluetun_names, host.engines[0].http_port) == (("name of it",), 6878)
    assert (host.discovery.engine_filters, host.discovery.pool_label) == (("app=ace",), argument_spec.POOL_LABEL)
    assert (host.probe.evidence_timeout, host.state_dir) == (5.0, argument_spec.STATE_DIR)


@pytest.mark.parametrize("secret", sorted(name for name, option in GLUETUNS.items() if option.get("no_log")))
def test_what_is_kept_from_the_log_is_not_shown_either(secret):
    host = host_options(everything())
    assert getattr(host.gluetuns[0], secret) == f"{secret} of it"
    assert f"{secret} of it" not in repr(host)
    assert "username of it" in repr(host)


def test_a_new_engine_has_every_option_and_its_default():
    spec = argument_spec.new_engine_argument_spec()
    made = new_engine_options({name: option.get("default") for name, option in spec.items()})
    assert {item.name for item in fields(made)} == set(spec)
    assert made == new_engine_options({})


def test_what_an_engine_is_made_of_may_be_secret():
    spec = {"environment": {"TOKEN": "sekrit"}}
    pool = {"min_replicas": 2, "failover_capacity": "replace", "failback_delay": 60.0}
    run = {"scenarios": [], "watch_for": 0, "run_started": 0, "acted": False, "reset": False, "trigger": ""}
    for made in (
        pool_options(everything(engine=spec, policy={"fall": 3}, parallel=1, **pool, **STEP)),
        run_options(everything(engine=spec, policy={"fall": 3}, **run, **{"yield": True})),
    ):
        assert made.engine.environment == spec["environment"]
        assert made.policy["fall"] == 3
        assert "sekrit" not in repr(made)


def test_of_an_engine_that_is_acted_on_only_its_names_have_to_be_known():
    options = engine_step_options(
        {
            **everything(engines=[{"name": "mine", "gluetun": "gluetun"}]),
            **STEP,
            "state": "started",
            "started_since": None,
            "recreate": "never",
            "parallel": 1,
            "wait": True,
            "wait_timeout": 3.0,
        }
    )
    assert (options.recreate, options.step.unless_maintenance) == (False, False)
    (target,) = options.engines
    assert (target.engine.name, target.started_since, target.reason) == ("mine", None, "")


def test_a_name_that_is_missing_is_an_error_at_the_door():
    with pytest.raises(KeyError, match="dns_name"):
        host_options({name: value for name, value in everything().items() if name != "dns_name"})
