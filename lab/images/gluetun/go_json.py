# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading JSON with the errors of Go's ``encoding/json``: clients show them, so the words count."""

from __future__ import annotations

import json

_SPACE = " \t\r\n"
_LITERALS = {"n": "null", "t": "true", "f": "false"}
_DIGITS = "0123456789"
_ESCAPED = '"\\/bfnrt'


class GoError(ValueError):
    """What Go would say."""


def decode(body: bytes) -> dict[str, object]:
    """The object in a body, as ``json.NewDecoder(body).Decode(&struct)`` reads it; what follows it is ignored.

    :raises GoError: there is none.
    """
    text = body.decode("utf-8", "replace")
    scanner = _Scanner(text)
    scanner.space()
    if scanner.at == len(text):
        raise GoError("EOF")
    begin = scanner.at
    scanner.value()
    found = json.loads(text[begin : scanner.at])
    if found is None:
        return {}
    if not isinstance(found, dict):
        kind = {str: "string", bool: "bool", list: "array"}.get(type(found), "number")
        raise GoError(f"json: cannot unmarshal {kind} into Go value of type struct")
    return found


class _Scanner:
    """Steps over one value, and stops where Go's scanner would."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def value(self) -> None:
        first = self.peek("looking for beginning of value")
        if first == "{":
            self.object()
        elif first == "[":
            self.array()
        elif first == '"':
            self.string()
        elif first in _LITERALS:
            self.literal(_LITERALS[first])
        elif first == "-" or first in _DIGITS:
            self.number()
        else:
            self.wrong("looking for beginning of value")

    def object(self) -> None:
        self.at += 1
        if self.after_space("looking for beginning of object key string") == "}":
            self.at += 1
            return
        while True:
            if self.after_space("looking for beginning of object key string") != '"':
                self.wrong("looking for beginning of object key string")
            self.string()
            if self.after_space("after object key") != ":":
                self.wrong("after object key")
            self.at += 1
            self.space()
            self.value()
            if self.after_space("after object key:value pair") == "}":
                self.at += 1
                return
            if self.text[self.at] != ",":
                self.wrong("after object key:value pair")
            self.at += 1

    def array(self) -> None:
        self.at += 1
        if self.after_space("looking for beginning of value") == "]":
            self.at += 1
            return
        while True:
            self.space()
            self.value()
            if self.after_space("after array element") == "]":
                self.at += 1
                return
            if self.text[self.at] != ",":
                self.wrong("after array element")
            self.at += 1

    def string(self) -> None:
        self.at += 1
        while (char := self.peek("in string literal")) != '"':
            if char < " ":
                self.wrong("in string literal")
            self.at += 1
            if char == "\\":
                self.escape()
        self.at += 1

    def escape(self) -> None:
        char = self.peek("in string escape code")
        if char == "u":
            for _each in range(4):
                self.at += 1
                if self.peek("in \\u hexadecimal character escape") not in "0123456789abcdefABCDEF":
                    self.wrong("in \\u hexadecimal character escape")
        elif char not in _ESCAPED:
            self.wrong("in string escape code")
        self.at += 1

    def literal(self, word: str) -> None:
        for at, expected in enumerate(word):
            where = f"in literal {word} (expecting '{expected}')"
            if self.peek(where) != expected:
                self.wrong(where)
            self.at += 1
            del at

    def number(self) -> None:
        if self.text[self.at] == "-":
            self.at += 1
            self.digit("in numeric literal")
        if self.text[self.at] == "0":
            self.at += 1
        else:
            self.digits()
        if self.text[self.at : self.at + 1] == ".":
            self.at += 1
            self.digit("after decimal point in numeric literal")
            self.digits()
        if self.text[self.at : self.at + 1] in ("e", "E"):
            self.at += 1
            if self.text[self.at : self.at + 1] in ("+", "-"):
                self.at += 1
            self.digit("in exponent of numeric literal")
            self.digits()

    def digit(self, where: str) -> None:
        if self.peek(where) not in _DIGITS:
            self.wrong(where)

    def digits(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in _DIGITS:
            self.at += 1

    def space(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in _SPACE:
            self.at += 1

    def after_space(self, where: str) -> str:
        self.space()
        return self.peek(where)

    def peek(self, _where: str) -> str:
        if self.at >= len(self.text):
            raise GoError("unexpected EOF")
        return self.text[self.at]

    def wrong(self, where: str) -> None:
        char = self.text[self.at]
        shown = {"'": "'\\''", '"': "'\"'"}.get(char) or "'" + json.dumps(char)[1:-1].replace('\\"', '"') + "'"
        raise GoError(f"invalid character {shown} {where}")
