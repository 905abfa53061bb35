# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files as people have them, through python-dotenv: those of others are passed over unseen, whatever is in them."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleError
from ansible_collections.acestream.vpn.plugins.lookup.env_settings import read
from ansible_collections.acestream.vpn.plugins.module_utils._settings.env_names import meant
from ansible_collections.acestream.vpn.plugins.module_utils._settings.env_settings import NAMES
from ansible_collections.acestream.vpn.tests.unit.plugins.module_utils._settings.foreign_names import FOREIGN
from hypothesis import given
from hypothesis import strategies as st

# Lookups run on the control node; what tests as a Docker host does has no python-dotenv.
pytest.importorskip("dotenv")

PART = st.one_of(
    st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=8),
    st.sampled_from(["'", '"', "#", " #", "\\", "${A}", "$(rm -rf /)", "{{ 1 }}", "=", "\t"]),
)
NAME = st.one_of(st.sampled_from(FOREIGN), st.text("ABCXYZ019_", min_size=1, max_size=30)).filter(
    lambda name: name not in NAMES and not meant(name, NAMES)
)
LINE = st.builds("{}{}={}s3cr3t{}".format, st.sampled_from(["", "export ", "  "]), NAME, PART, PART)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("env") / "my.env"


@given(lines=st.lists(LINE, min_size=1, max_size=12), end=st.sampled_from(["\n", "\r\n", "\r"]), mark=st.booleans())
def test_any_file_of_others_is_passed_over_without_its_values(file, lines, end, mark):
    text = "".join(line + end for line in ("export MIN_REPLICAS='2' # mine", *lines))
    file.write_bytes(text.encode("utf-8-sig" if mark else "utf-8"))
    found = read(str(file), "my.env")
    assert found["settings"] == {"min_replicas": 2}
    assert "s3cr3t" not in str(found)
    assert 1 <= len(found["ignored"]) <= 2


@given(data=st.one_of(st.binary(max_size=200), st.text(max_size=100).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_are_read_or_refused_in_one_sentence(file, data):
    file.write_bytes(data)
    said = "my.env"
    try:
        read(str(file), "my.env")
    except AnsibleError as error:
        said = str(error)
    assert "my.env" in said
    assert "\n" not in said


def test_a_file_that_cannot_be_opened_is_named(tmp_path):
    with pytest.raises(AnsibleError, match="my.env cannot be read: Is a directory"):
        read(str(tmp_path), "my.env")
