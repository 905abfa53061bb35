# SPDX-FileCopyrightText: 2026 acestream.vpn contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Sphinx renders the site of `make docs` (see tools/docs_site.py). Nothing is fetched from the network."""

project = "acestream.vpn"
copyright = "acestream.vpn contributors, GPL-3.0-or-later"
html_title = project
html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False

extensions = ["myst_parser", "sphinx_antsibull_ext"]
include_patterns = ["index.md", "*.md", "docs/**", "reference/**"]
# Links to headings, by the names that they have on GitHub.
myst_heading_anchors = 4
suppress_warnings = [
    # Pages of Ansible's own site, which are only known there.
    "ref.ref",
    # What is not in the list of contents is linked from a page.
    "toc.not_included",
    # Links to folders, which a site of pages has not; the linter of links follows them.
    "myst.xref_missing",
]
