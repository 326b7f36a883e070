"""What fits nowhere else."""

from __future__ import annotations

from engine.expression.function import Function

FUNCTIONS = [
    Function("Specialised", "Null() -> null", "No value.", "Null()", None, "NULL"),
    Function(
        "Specialised",
        "Coalesce(*values: same) -> same",
        "The first that is not Null.",
        "Coalesce(Null(), 'a', 'b')",
        "a",
        "coalesce({values})",
    ),
    Function(
        "Specialised",
        "GetVal(number: integer, *values: same) -> same",
        "The value with this number, counted from 0; Null if there are fewer.",
        "GetVal(1, 'a', 'b')",
        "b",
        "CASE WHEN {number} >= 0 THEN ([{values}])[{number} + 1] END",
    ),
    Function(
        "Specialised",
        "TopNIDX(number: integer, *values: same) -> integer",
        "Which value is the greatest (number 0), the second greatest (1), ...; values count from 0.",
        "TopNIDX(1, 3, 7, 5)",
        2,
        "CASE WHEN {number} >= 0 THEN list_grade_up([{values}], 'DESC', 'NULLS LAST')[{number} + 1] - 1 END",
    ),
    Function(
        "Specialised",
        "EscapeXMLMetacharacters(text: text) -> text",
        "With & < > and quotes as XML writes them.",
        "EscapeXMLMetacharacters('a < b')",
        "a &lt; b",
        "replace(replace(replace(replace(replace({text}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '\"', "
        "'&quot;'), '''', '&apos;')",
    ),
    Function(
        "Specialised",
        "UrlEncode(text: text) -> text",
        "As part of a web address, in UTF-8.",
        "UrlEncode('a b&c')",
        "a%20b%26c",
        "url_encode({text})",
    ),
    Function(
        "Specialised",
        "Soundex(text: text) -> text",
        "A code of a letter and three digits, the same for names that sound alike in English.",
        "Soundex('Robert')",
        "R163",
        "flowrun_soundex({text})",
    ),
]
