# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Benchmarks: both sides in one run, in turn, so that a slow moment hits both. Started by `make bench`."""
