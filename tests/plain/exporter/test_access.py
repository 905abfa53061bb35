# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The token is taken as a program and as a browser sends it, and nothing else is."""

from __future__ import annotations

import base64

import pytest
from acestream_vpn_exporter.access import allows
from hypothesis import given, settings
from hypothesis import strategies as st


def basic(words: str, scheme: str = "Basic") -> str:
    return f"{scheme} {base64.b64encode(words.encode()).decode()}"


@pytest.mark.parametrize(
    "header", ["Bearer s3:cret", "bearer  s3:cret", basic("me:s3:cret"), basic(":s3:cret", "basic")]
)
def test_the_token_is_taken_as_bearer_and_as_any_user_s_password(header):
    assert allows("s3:cret", header)


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer s3:cre", "s3:cret", basic("s3:cret"), basic("me:"), basic("s3:cret:me")]
    + ["Basic", "Basic !!", "Basic =", "Basic bWU6czM6Y3JldA", "Digest s3:cret", "Bearer \udcff", "Basic \udcff"],
)
def test_nothing_else_is(header):
    assert not allows("s3:cret", header)


@settings(deadline=None)
@given(token=st.text(min_size=1), other=st.text())
def test_a_password_is_the_token_or_it_is_not(token, other):
    assert allows(token, basic(f"user:{token}"))
    assert allows(token, basic(f"user:{other}")) == (token == other)
