# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The body that recreates a container."""

from __future__ import annotations

from copy import deepcopy

from ansible_collections.acestream.vpn.plugins.module_utils._act.container_config import creation_payload
from hypothesis import given
from hypothesis import strategies as st

OLD, NEW, IMAGE = "o" * 64, "n" * 64, "sha256:1"
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text("ab:/ ")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text("AB"), inner, max_size=3)),
    max_leaves=5,
)
unknown = st.dictionaries(st.text("xyz", min_size=1).map(lambda name: "Future" + name), values, max_size=4)


def raw(config=None, host_config=None, mounts=()):
    return {
        "Image": IMAGE,
        "Config": {"Image": "engine:latest", "Entrypoint": ["/run"], "Cmd": ["a"], **(config or {})},
        "HostConfig": {"NetworkMode": f"container:{OLD}", **(host_config or {})},
        "Mounts": list(mounts),
    }


def payload(given_raw, image=None, named=IMAGE):
    return creation_payload(given_raw, NEW, image or {}, named)


@given(unknown, unknown)
def test_what_is_not_known_here_is_kept(config, host_config):
    body = payload(raw(config, host_config))
    host = body.pop("HostConfig")
    assert body == raw(config)["Config"]
    assert host == {**host_config, "NetworkMode": f"container:{NEW}"}


@given(unknown, unknown)
def test_nothing_of_what_was_inspected_is_changed(config, host_config):
    before = raw({**config, "Hostname": "h"}, {**host_config, "Mounts": [{"Type": "volume", "Target": "/d"}]})
    copy = deepcopy(before)
    payload(before)
    assert before == copy


def test_what_docker_refuses_on_another_containers_network_is_left_out():
    config = {
        "Hostname": "h",
        "Domainname": "d",
        "MacAddress": "m",
        "ExposedPorts": {"1/tcp": {}},
        "Labels": {"a": "b"},
    }
    host = {
        "PortBindings": {"1/tcp": []},
        "Dns": ["1.1.1.1"],
        "ExtraHosts": ["a:1"],
        "PublishAllPorts": True,
        "Links": None,
    }
    body = payload(raw(config, host))
    assert set(body) == {"Image", "Entrypoint", "Cmd", "Labels", "HostConfig"}
    assert body["HostConfig"] == {"NetworkMode": f"container:{NEW}", "Links": None}


def test_the_image_is_named_as_before_unless_the_name_has_moved():
    assert payload(raw())["Image"] == "engine:latest"
    assert payload(raw(), named="sha256:2")["Image"] == IMAGE
    assert payload(raw(), named=None)["Image"] == IMAGE


def test_an_entry_point_that_was_reset_is_reset_again():
    image = {"Config": {"Entrypoint": ["/image"]}}
    assert payload(raw({"Entrypoint": None}), image)["Entrypoint"] == [""]
    assert payload(raw({"Entrypoint": None}), {"Config": {"Entrypoint": None}})["Entrypoint"] is None
    assert payload(raw(), image)["Entrypoint"] == ["/run"]


def test_other_namespaces_that_were_gluetuns_are_the_new_ones():
    host = payload(raw(host_config={"PidMode": f"container:{OLD}", "IpcMode": "container:other"}))["HostConfig"]
    assert (host["PidMode"], host["IpcMode"]) == (f"container:{NEW}", "container:other")


def test_volumes_without_a_name_get_theirs():
    mounts = [
        {"Type": "volume", "Name": "anon1", "Destination": "/a", "RW": True},
        {"Type": "volume", "Name": "anon2", "Destination": "/b", "RW": True},
        {"Type": "volume", "Name": "named", "Destination": "/c", "RW": True},
        {"Type": "bind", "Source": "/x", "Destination": "/d", "RW": True},
        {"Type": "volume", "Name": "lent", "Destination": "/e", "RW": True},
    ]
    host = {
        "Binds": ["named:/c", "/x:/d:ro"],
        "Mounts": [{"Type": "volume", "Target": "/b"}, {"Type": "tmpfs", "Target": "/t"}],
        "VolumesFrom": ["other"],
    }
    made = payload(raw({"Volumes": {"/a": {}}}, host, mounts))["HostConfig"]
    assert made["Binds"] == ["named:/c", "/x:/d:ro", "anon1:/a"]
    assert made["Mounts"] == [{"Type": "volume", "Target": "/b", "Source": "anon2"}, {"Type": "tmpfs", "Target": "/t"}]
