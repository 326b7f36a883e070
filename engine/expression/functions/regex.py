"""Regular expressions, in RE2's dialect: no lookahead, lookbehind or back-references inside a pattern, never slow."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from engine.expression.errors import Mistake
from engine.expression.function import Function
from engine.expression.value import UNKNOWN, Value
from engine.sql import in_template, quote_text


def _with_options(template: str, *, all_matches: bool = False) -> Callable[[Sequence[Value]], str]:
    """`template` with its options. A pattern that is written out is checked now; another gives Null if wrong."""

    def sql(taken: Sequence[Value]) -> str:
        _check(taken[1])
        options = ("g" if all_matches else "") + ("i" if taken[-1].constant else "c")
        matched = template.replace("{options}", quote_text(options))
        # A wrong pattern that DuckDB can compute beforehand fails at once. Standing twice, it is bound to a name (see
        # `fill`), and fails within TRY.
        return matched if taken[1].constant is not UNKNOWN else f"CASE WHEN {{pattern}} IS NOT NULL THEN {matched} END"

    return sql


def _check(pattern: Value) -> None:
    if pattern.constant in (UNKNOWN, None):
        return
    problem = _problem(pattern.constant)
    if problem:
        raise Mistake(
            f"This is no regular expression: {problem}",
            pattern.place.start,
            pattern.place.end,
            hint="Lookahead (?=...), lookbehind (?<=...) and back-references \\1 are not known here."
            if "perl operator" in problem or "escape sequence" in problem
            else "To find a special character as such, write a backslash before it.",
        )


@lru_cache(maxsize=256)
def _problem(pattern: str) -> str:
    """What RE2 has against a pattern; empty if nothing."""
    import duckdb

    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        try:
            connection.sql(f"SELECT regexp_matches('', {quote_text(pattern)})").fetchall()
        except duckdb.Error as error:
            return str(error).partition(": ")[2].partition("\n")[0]
    return ""


def _replace(taken: Sequence[Value]) -> str:
    with_ = taken[2]
    if isinstance(with_.constant, str):
        template = in_template(quote_text(_rewritten(with_.constant)))
    else:
        template = r"regexp_replace(replace({with}, '\', '\\'), '\$([0-9])', '\\\1', 'g')"
    return _with_options("regexp_replace({text}, {pattern}, " + template + ", {options})", all_matches=True)(taken)


def _rewritten(replacement: str) -> str:
    r"""`$1` as RE2's `\1`, and backslashes as themselves."""
    return re.sub(r"\$(\d)", r"\\\1", replacement.replace("\\", r"\\"))


FUNCTIONS = [
    Function(
        "Regular expressions",
        "REGEX_Match(text: text, pattern: text, ignore_case: bool! = true) -> bool",
        "Whether the whole text fits the pattern.",
        r"REGEX_Match('12345', '\d{5}')",
        True,
        _with_options("regexp_full_match({text}, {pattern}, {options})"),
    ),
    Function(
        "Regular expressions",
        "REGEX_CountMatches(text: text, pattern: text, ignore_case: bool! = true) -> integer",
        "How often the pattern fits, without overlap.",
        "REGEX_CountMatches('Banana', 'A')",
        3,
        _with_options("len(regexp_extract_all({text}, {pattern}, 0, {options}))"),
    ),
    Function(
        "Regular expressions",
        "REGEX_Replace(text: text, pattern: text, with: text, ignore_case: bool! = true) -> text",
        "With every match replaced; $1, $2, ... in the replacement are the marked groups, $0 the whole match.",
        r"REGEX_Replace('Simpson, Bart', '(\w+), (\w+)', '$2 $1')",
        "Bart Simpson",
        _replace,
    ),
]
