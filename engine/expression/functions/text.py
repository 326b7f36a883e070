"""Texts. Positions count from 0; Contains, StartsWith and EndsWith ignore case unless told otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.expression.function import Function
from engine.expression.value import Value

_SPACE = "' \t\n\r'"
_LONGEST = 100_000  # characters that PadLeft and PadRight may make of one text


def _ignoring_case(plain: str) -> Callable[[Sequence[Value]], str]:
    """Compare {text} with {find} in lower case where the third argument says so."""
    folded = plain.replace("{text}", "lower({text})").replace("{find}", "lower({find})")
    return lambda taken: folded if taken[2].constant else plain


def _pad(function: str) -> str:
    width = f"CAST(least({{length}}, {_LONGEST}) AS INTEGER)"
    character = "coalesce(nullif(left({character}, 1), ''), ' ')"
    return f"CASE WHEN length({{text}}) >= {{length}} THEN {{text}} ELSE {function}({{text}}, {width}, {character}) END"


# Splits at each of several characters; regular expressions would have to escape them.
_ONE = "left({delimiters}, 1)"
_PARTS = f"string_split(translate({{text}}, {{delimiters}}, repeat({_ONE}, length({{delimiters}}))), {_ONE})"
_PIECES = "string_split({text}, {find})"
_LETTERS = "list_transform(string_split({text}, ''), lambda letter: {test})"
_WORDS = r"regexp_extract_all({text}, '\S+')"

_ROWS: list[tuple[str, str, str, str | float | bool | None, str | Callable[[Sequence[Value]], str]]] = [
    (
        "Contains(text: text, find: text, ignore_case: bool! = true) -> bool",
        "Whether `find` stands somewhere in `text`.",
        "Contains('Homer Simpson', 'SIMP')",
        True,
        _ignoring_case("contains({text}, {find})"),
    ),
    (
        "StartsWith(text: text, find: text, ignore_case: bool! = true) -> bool",
        "Whether `text` begins with `find`.",
        "StartsWith('Homer', 'ho')",
        True,
        _ignoring_case("starts_with({text}, {find})"),
    ),
    (
        "EndsWith(text: text, find: text, ignore_case: bool! = true) -> bool",
        "Whether `text` ends with `find`.",
        "EndsWith('homer.JPG', '.jpg', 0)",
        False,
        _ignoring_case("ends_with({text}, {find})"),
    ),
    (
        "FindString(text: text, find: text) -> integer",
        "Where `find` first stands in `text`, counted from 0; -1 if it does not. Minds case.",
        "FindString('Homer', 'mer')",
        2,
        "strpos({text}, {find}) - 1",
    ),
    (
        "FindNth(text: text, find: text, number: integer) -> integer",
        "Where `find` stands in `text` for the given time (1 is the first), counted from 0; -1 if it does not.",
        "FindNth('banana', 'an', 2)",
        3,
        f"CASE WHEN {{find}} <> '' AND {{number}} >= 1 AND len({_PIECES}) > {{number}}"
        f" THEN CAST(list_sum(list_transform({_PIECES}[1:{{number}}], lambda piece: length(piece))) AS BIGINT)"
        " + ({number} - 1) * length({find})"
        " WHEN {text} IS NOT NULL AND {find} IS NOT NULL AND {number} IS NOT NULL THEN -1 END",
    ),
    (
        "Left(text: text, length: integer) -> text",
        "The first characters.",
        "Left('Simpson', 3)",
        "Sim",
        "left({text}, greatest({length}, 0))",
    ),
    (
        "Right(text: text, length: integer) -> text",
        "The last characters.",
        "Right('Simpson', 3)",
        "son",
        "right({text}, greatest({length}, 0))",
    ),
    (
        "Substring(text: text, start: integer, length: integer = 2147483647) -> text",
        "Characters from `start` on, counted from 0; all of the rest, or `length` of them.",
        "Substring('Simpson', 3, 2)",
        "ps",
        "substring({text}, least(greatest({start}, 0), 2147483646) + 1, greatest({length}, 0))",
    ),
    ("Length(text: text) -> integer", "The number of characters.", "Length('Marge')", 5, "length({text})"),
    ("Lowercase(text: text) -> text", "In lower case.", "Lowercase('Marge')", "marge", "lower({text})"),
    ("Uppercase(text: text) -> text", "In upper case.", "Uppercase('Marge')", "MARGE", "upper({text})"),
    (
        "TitleCase(text: text) -> text",
        "Every word with a capital, the rest in lower case.",
        "TitleCase('homer j. SIMPSON')",
        "Homer J. Simpson",
        "array_to_string(list_transform(string_split(lower({text}), ' '),"
        " lambda word: upper(left(word, 1)) || substring(word, 2)), ' ')",
    ),
    (
        f"Trim(text: text, characters: text = {_SPACE}) -> text",
        "Without the given characters (white space, if none are given) at both ends.",
        "Trim('!see !!', '! ')",
        "see",
        "trim({text}, {characters})",
    ),
    (
        f"TrimLeft(text: text, characters: text = {_SPACE}) -> text",
        "Without the given characters (white space, if none are given) at the beginning.",
        "TrimLeft('  see ')",
        "see ",
        "ltrim({text}, {characters})",
    ),
    (
        f"TrimRight(text: text, characters: text = {_SPACE}) -> text",
        "Without the given characters (white space, if none are given) at the end.",
        "TrimRight('1.500', '0')",
        "1.5",
        "rtrim({text}, {characters})",
    ),
    (
        "PadLeft(text: text, length: integer, character: text) -> text",
        "Made as long as `length` by repeating a character at the beginning; longer texts stay.",
        "PadLeft('7', 3, '0')",
        "007",
        _pad("lpad"),
    ),
    (
        "PadRight(text: text, length: integer, character: text) -> text",
        "Made as long as `length` by repeating a character at the end; longer texts stay.",
        "PadRight('7', 3, '.')",
        "7..",
        _pad("rpad"),
    ),
    (
        "Replace(text: text, find: text, with: text) -> text",
        "With every `find` replaced. Minds case.",
        "Replace('good day', 'good', 'bad')",
        "bad day",
        "replace({text}, {find}, {with})",
    ),
    (
        "ReplaceFirst(text: text, find: text, with: text) -> text",
        "With the first `find` replaced. Minds case.",
        "ReplaceFirst('a-b-c', '-', '+')",
        "a+b-c",
        "CASE WHEN strpos({text}, {find}) = 0 OR {find} = '' THEN {text} ELSE left({text}, strpos({text}, {find}) - 1)"
        " || {with} || substring({text}, strpos({text}, {find}) + length({find})) END",
    ),
    (
        "ReplaceChar(text: text, characters: text, with: text) -> text",
        "With every one of the characters replaced by the first of `with`; removed if that is empty.",
        "ReplaceChar('abcdef', 'xyd', '_')",
        "abc_ef",
        "translate({text}, {characters}, repeat(left({with}, 1), length({characters})))",
    ),
    ("ReverseString(text: text) -> text", "Back to front.", "ReverseString('Bart')", "traB", "reverse({text})"),
    (
        "CountWords(text: text) -> integer",
        "The number of words: runs of anything but white space.",
        "CountWords('to be  or')",
        3,
        f"len({_WORDS})",
    ),
    (
        "GetWord(text: text, number: integer) -> text",
        "A word, counted from 0; Null if there are fewer.",
        "GetWord('Automated Alteryx Application', 1)",
        "Alteryx",
        f"CASE WHEN {{number}} >= 0 THEN {_WORDS}[{{number}} + 1] END",
    ),
    (
        "GetPart(text: text, delimiters: text, number: integer) -> text",
        "A part between delimiters, counted from 0; each character of `delimiters` is one. Null if there are fewer.",
        "GetPart('2024-12/31', '-/', 1)",
        "12",
        f"CASE WHEN {{number}} >= 0 THEN {_PARTS}[{{number}} + 1] END",
    ),
    (
        "GetLeft(text: text, delimiters: text) -> text",
        "Everything before the first delimiter; each character of `delimiters` is one.",
        "GetLeft('user@example.org', '@')",
        "user",
        f"{_PARTS}[1]",
    ),
    (
        "GetRight(text: text, delimiters: text) -> text",
        "Everything after the first delimiter; each character of `delimiters` is one. Empty if there is none.",
        "GetRight('user@example.org', '@')",
        "example.org",
        f"substring({{text}}, length({_PARTS}[1]) + 2)",
    ),
    (
        "StripQuotes(text: text) -> text",
        "Without one pair of single or double quotes around it.",
        "StripQuotes('\"D''oh\"')".replace("''", ""),
        "Doh",
        "CASE WHEN length({text}) >= 2 AND left({text}, 1) = right({text}, 1) AND left({text}, 1) IN ('\"', '''')"
        " THEN substring({text}, 2, length({text}) - 2) ELSE {text} END",
    ),
    (
        "STRCSPN(text: text, characters: text) -> integer",
        "How many characters stand before the first of `characters`.",
        "STRCSPN('Bart!?', '?!')",
        4,
        f"CASE WHEN {{characters}} IS NOT NULL THEN coalesce(list_position("
        f"{_LETTERS.replace('{test}', 'contains({characters}, letter)')}, TRUE) - 1, length({{text}})) END",
    ),
    (
        "STRSPN(text: text, characters: text) -> integer",
        "How many characters at the beginning are all from `characters`.",
        "STRSPN('3.14 or so', '0123456789.')",
        4,
        "length({text}) - length(ltrim({text}, {characters}))",
    ),
    (
        "DecomposeUnicodeForMatch(text: text) -> text",
        "In lower case and without accents, for comparing.",
        "DecomposeUnicodeForMatch('Prénoms')",
        "prenoms",
        "lower(strip_accents({text}))",
    ),
    (
        "MD5_ASCII(text: text) -> text",
        "The MD5 digest of the text in ASCII, other characters as `?`.",
        "MD5_ASCII('a')",
        "0cc175b9c0f1b6a831c399e269772661",
        r"md5(regexp_replace({text}, '[^\x00-\x7f]', '?', 'g'))",
    ),
    (
        "MD5_UTF8(text: text) -> text",
        "The MD5 digest of the text in UTF-8.",
        "MD5_UTF8('é')",
        "66ddcd97cfdeabb2f6fb8a999b4bc76f",
        "md5({text})",
    ),
    (
        "MD5_UNICODE(text: text) -> text",
        "The MD5 digest of the text in UTF-16, as Windows keeps it.",
        "MD5_UNICODE('a')",
        "4144e195f46de78a3623da7364d04f11",
        "flowrun_md5_utf16({text})",
    ),
]

FUNCTIONS = [Function("String", *row) for row in _ROWS] + [
    Function(
        "String",
        "UuidCreate() -> text",
        "A new universally unique identifier for every record.",
        "Length(UuidCreate())",
        36,
        "CAST(uuid() AS VARCHAR)",
        volatile=True,
    )
]
