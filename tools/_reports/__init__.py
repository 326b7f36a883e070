"""The look that all reports share: one self-contained HTML page, for the screen, light or dark, and for paper.

A report is shown in a frame without scripts and without network, so a page carries its style, runs nothing and loads
nothing: pictures go in as `data:` addresses or inline SVG, switches as radio buttons with CSS.

On the canvas, an element with `data-where='{"field": value}'` opens the pictures whose records hold these values.

Classes a body may use: `table.grid` (a ruled table, `th` for headings, `.number` for right-aligned figures, `.total`
for sums, `.head` for headings of rows that stay in sight while the rest scrolls), `.note` (small print), `.tiles`
holding `.tile` (a figure in `<b>` over its `<span>` of words), `.wide` (what may scroll sideways), `figure` with
`figcaption`. Colours: the variables in `:root`.
"""

from __future__ import annotations

from functools import cache

from jinja2 import Environment
from markupsafe import Markup

_STYLE = """
:root {
  color-scheme: light dark;
  --ink: #1f2d2c; --soft: #5b6b6a; --paper: #ffffff; --band: #e6eeee; --line: #c9d3d2; --bar: #6f9c98;
  --accent: #0a71d0; --good: #2e7d4f; --bad: #a22843;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e4ebea; --soft: #9dadab; --paper: #16191b; --band: #222a2b; --line: #3a4546; --bar: #4d7d78;
    --accent: #6cb4ff; --good: #6cc792; --bad: #f08aa0;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem; max-width: 72rem; background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
h2 { font-size: 1.15rem; margin: 1.75rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .5rem; }
a { color: var(--accent); }
.note { color: var(--soft); font-size: .87em; }
.wide { overflow-x: auto; }
table.grid { border-collapse: collapse; font-variant-numeric: tabular-nums; }
table.grid th, table.grid td {
  border: 1px solid var(--line); padding: .35rem .6rem; text-align: left; max-width: 16rem; overflow-wrap: break-word;
}
table.grid th { background: var(--band); font-weight: 500; }
table.grid .number { text-align: right; }
table.grid .head {
  position: sticky; left: 0; min-width: 6rem; max-width: min(16rem, 40vw); box-shadow: 1px 0 var(--line);
}
table.grid .total { font-weight: 700; }
.tiles { display: flex; flex-wrap: wrap; gap: .75rem; }
.tile { background: var(--band); border-radius: 6px; padding: .6rem .9rem; min-width: 8rem; }
.tile b { display: block; font-size: 1.35rem; }
.tile span { color: var(--soft); font-size: .87em; }
figure { margin: 1rem 0; }
figure img, figure svg { max-width: 100%; height: auto; }
figcaption { color: var(--soft); font-size: .87em; }
@media print {
  :root {
    color-scheme: light;
    --ink: #000; --soft: #444; --paper: #fff; --band: #eee; --line: #999; --bar: #8aa8a5;
    --accent: #0a5cab; --good: #2e7d4f; --bad: #a22843;
  }
  body { max-width: none; padding: 0; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .wide { overflow: visible; break-inside: avoid; }
  tr, figure, .tile { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
"""

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>{{ style }}</style>
</head>
<body>
<h1>{{ title }}</h1>
{{ body }}
</body>
</html>
"""


@cache
def templates() -> Environment:
    """The Jinja environment of all reports: values are escaped unless marked as HTML."""
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)


def page(title: str, body_html: str, style: str = "") -> str:
    """A whole HTML page around a body.

    Args:
        title: plain text, escaped here; shown as the heading.
        body_html: HTML put in as it is: escape the values in it, best by rendering it with `templates()`.
        style: CSS of this report's own, after the shared one.
    """
    page_template = templates().from_string(_PAGE)
    return page_template.render(title=title, style=Markup(_STYLE + style), body=Markup(body_html))  # noqa: S704
