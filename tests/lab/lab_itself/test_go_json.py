# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON errors in the words of Go's encoding/json, as its own tests and sources have them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.lab_itself.image_code import load

go_json = load("gluetun", "go_json")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("not json", "invalid character 'o' in literal null (expecting 'u')"),
        ("", "EOF"),
        ("  \n", "EOF"),
        ("{", "unexpected EOF"),
        ('{"status":"run', "unexpected EOF"),
        ("tru", "unexpected EOF"),
        ("x", "invalid character 'x' looking for beginning of value"),
        ("}", "invalid character '}' looking for beginning of value"),
        ("{1", "invalid character '1' looking for beginning of object key string"),
        ('{"a":1,}', "invalid character '}' looking for beginning of object key string"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a":1 "b":2}', "invalid character '\"' after object key:value pair"),
        ("[1 2]", "invalid character '2' after array element"),
        ('{"a":"\n"}', "invalid character '\\n' in string literal"),
        ('{"a":"\\x"}', "invalid character 'x' in string escape code"),
        ('{"a":-}', "invalid character '}' in numeric literal"),
        ('{"a":1.}', "invalid character '}' after decimal point in numeric literal"),
        ("'a'", "invalid character '\\'' looking for beginning of value"),
        ('"running"', "json: cannot unmarshal string into Go value of type struct"),
        ("[]", "json: cannot unmarshal array into Go value of type struct"),
    ],
)
def test_errors_have_go_s_words(body: str, words: str) -> None:
    with pytest.raises(go_json.GoError) as caught:
        go_json.decode(body.encode())
    assert str(caught.value) == words


@given(st.dictionaries(st.text(), VALUES, max_size=4))
def test_every_object_is_read(document: dict[str, object]) -> None:
    assert go_json.decode(json.dumps(document).encode()) == document


@given(st.binary(max_size=60) | st.text(alphabet='{}[]":,truefalsn0123.e- \\', max_size=30).map(str.encode))
def test_anything_is_read_or_refused(body: bytes) -> None:
    try:
        said = str(sorted(go_json.decode(body)))
    except go_json.GoError as error:
        said = str(error)
    assert said


def test_what_follows_the_object_is_ignored_and_null_is_empty() -> None:
    assert go_json.decode(b'{"status":"running"} trailing') == {"status": "running"}
    assert go_json.decode(b"null") == {}
