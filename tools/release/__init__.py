# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Releases of the collection: version, changelog, tarball, its check, commit and tag.

`__main__` is the command line, `release` the order of things. What belongs here is what a release needs and nothing
else does; everything takes its folders as parameters, so that tests run it on repositories of their own.
"""
