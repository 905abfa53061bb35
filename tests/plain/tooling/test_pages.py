# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages for those who carry on name nothing that is not there: files, names in them, tests, targets of make."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = next(folder for folder in Path(__file__).resolve().parents if (folder / "Makefile").is_file())
COLLECTION = ROOT / "collections/ansible_collections/acestream/vpn"
CORE = COLLECTION / "plugins/module_utils"
PAGES = ["CONTRIBUTING.md", "SECURITY.md", "docs/README.md", "docs/architecture.md", "docs/compare.md"]

#: A file of the core, as a page calls it.
_FILE = re.compile(r"`(_\w+/\w+\.py)`")
#: A name and the file that it is in: "`judge` in `_assess/verdict.py`", "`GluetunEvidence.dns` (`_model/...`)".
_NAME_IN_FILE = re.compile(r"`([A-Za-z_][\w.]*)`\s+(?:in|\()\s*`(_\w+/\w+\.py)`")
_TEST = re.compile(r"`(test_\w+)`")
#: About three screens, lines.
_LONGEST = 120


def _page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _tests() -> str:
    folders = (ROOT / "tests", COLLECTION / "tests")
    return "\n".join(path.read_text(encoding="utf-8") for folder in folders for path in folder.rglob("test_*.py"))


@pytest.mark.parametrize("page", PAGES)
def test_files_of_the_core_are_there(page):
    assert [name for name in _FILE.findall(_page(page)) if not (CORE / name).is_file()] == []


@pytest.mark.parametrize("page", PAGES)
def test_names_are_in_the_files_that_are_said_to_hold_them(page):
    missing = []
    for name, file in _NAME_IN_FILE.findall(_page(page)):
        text = (CORE / file).read_text(encoding="utf-8") if (CORE / file).is_file() else ""
        missing += [f"{part} in {file}" for part in name.split(".") if not re.search(rf"\b{part}\b", text)]
    assert missing == []


def test_folders_of_the_core_are_all_in_the_picture_and_in_the_table():
    page = _page("docs/architecture.md")
    folders = sorted(path.parent.name for path in CORE.glob("_*/__init__.py"))
    assert folders
    assert [name for name in folders if f"| `{name}` |" not in page] == []
    assert sorted(re.findall(r"^\| `(_\w+)` \|", page, re.MULTILINE)) == folders


def test_tests_that_are_named_exist():
    tests = _tests()
    named = [name for page in PAGES for name in _TEST.findall(_page(page))]
    assert named
    assert [name for name in named if f"def {name}(" not in tests] == []


@pytest.mark.parametrize("page", PAGES)
def test_targets_of_make_exist(page):
    makefile = _page("Makefile")
    named = set(re.findall(r"(?:`|^)make ([a-z][a-z-]*)", _page(page), re.MULTILINE))
    assert [name for name in sorted(named) if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_three_screens_at_most(page):
    assert len(_page(page).splitlines()) <= _LONGEST


def test_the_index_has_every_page():
    index = _page("docs/README.md")
    pages = [path.name for path in (ROOT / "docs").glob("*.md") if path.name != "README.md"]
    assert pages
    assert [name for name in pages if f"]({name}" not in index] == []
