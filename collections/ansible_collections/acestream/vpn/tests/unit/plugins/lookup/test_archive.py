# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import tarfile

import pytest
from ansible import constants
from ansible.errors import AnsibleError
from ansible_collections.acestream.vpn.plugins.lookup.archive import LookupModule


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    made = tmp_path / "program"
    for name in ("one.py", "sub/two.html", "tests/three.py", "__pycache__/one.pyc", "sub/four.pyc"):
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(name, encoding="utf-8")
    return made


def archive(folder, **options):
    (made,) = LookupModule().run([{str(folder): "lib/program"}], **options)
    return made


def names(made):
    with tarfile.open(made["path"]) as opened:
        return opened.getnames()


def test_it_holds_the_files_and_nothing_compiled(folder):
    assert names(archive(folder)) == ["lib/program/" + name for name in ("one.py", "sub/two.html", "tests/three.py")]
    assert names(archive(folder, without=["tests", "one.py"])) == ["lib/program/sub/two.html"]


def test_its_digest_changes_with_what_is_in_it_and_with_nothing_else(folder):
    before = archive(folder)
    os.utime(folder / "one.py", (1, 1))
    (folder / "one.py").chmod(0o600)
    (folder / "__pycache__/new.pyc").write_text("x", encoding="utf-8")
    assert archive(folder) == before
    (folder / "one.py").write_text("another", encoding="utf-8")
    assert archive(folder)["digest"] != before["digest"]


def test_what_cannot_be_packed_is_named(folder):
    with pytest.raises(AnsibleError, match="no folder .*missing"):
        archive(folder / "missing")
    with pytest.raises(AnsibleError, match="dictionary"):
        LookupModule().run([str(folder)])
