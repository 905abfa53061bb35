# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for all tests: a property is not refuted by a machine that is busy with other stages."""

from hypothesis import HealthCheck, settings

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# How hard chance is tried: see tools/stages.py. A test that says itself how many examples it needs has that many.
for name, examples in (("few", 15), ("some", 40), ("many", 200)):
    settings.register_profile(name, parent=settings.get_profile("busy"), max_examples=examples)
settings.load_profile("busy")
