from __future__ import annotations

import re

from tools._reports import page, templates


def test_escapes_the_title_and_keeps_the_body() -> None:
    html = page("<Bart & Lisa>", "<p>cowabunga</p>")
    assert html.count("&lt;Bart &amp; Lisa&gt;") == 2
    assert "<p>cowabunga</p>" in html


def test_loads_and_runs_nothing() -> None:
    html = page("Report", "")
    assert "default-src 'none'" in html
    assert not re.search(r"<script|https?://|@import|url\(", html)


def test_a_report_adds_its_own_style() -> None:
    assert ".mine > p { color: red; }" in page("Report", "", ".mine > p { color: red; }")


def test_templates_escape_values() -> None:
    assert templates().from_string("{{ value }}").render(value="<b>") == "&lt;b&gt;"
