"""One row of the function table: name, arguments, result, help, example, SQL.

Parser, translation, completion, help page and tests all read these rows; nothing else knows a function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from engine.expression import value as values
from engine.expression.errors import Mistake
from engine.expression.nodes import Place
from engine.expression.value import UNKNOWN, Subject, Value, WrongType, attempt, fill, literal
from engine.types import FieldType

Sql: TypeAlias = str | Callable[[Sequence[Value]], str]
Example: TypeAlias = "str | float | bool | None"

_NOTHING = Subject()
_KINDS: dict[str, tuple[str, Callable[[Value], Value]]] = {
    "text": ("a text", values.as_text),
    "number": ("a number", values.as_double),
    "integer": ("a whole number", values.as_integer),
    "numeric": ("a number", values.as_number),
    "bool": ("true or false", values.as_bool),
    "date": ("a date", values.as_date),
    "datetime": ("a date", values.as_datetime),
    "day": ("a date", values.as_day),
    "moment": ("a date", values.as_moment),
    "any": ("a value", lambda value: value),
    "same": ("a value", lambda value: value),
    "key": ("a value", lambda value: value),
}
_RESULTS = {
    "text": values.TEXT,
    "number": values.NUMBER,
    "integer": values.INTEGER,
    "bool": values.BOOL,
    "date": FieldType.Date,
    "datetime": FieldType.DateTime,
    "null": None,
}
_DEFAULTS: dict[str, object] = {"null": None, "true": True, "false": False}


@dataclass(frozen=True)
class Argument:
    """An argument of a function.

    Attributes:
        name: as the help shows it, and as its place in the SQL template is called.
        kind: what it must be: text, number (Double), integer, numeric (either), bool, date, datetime, day and moment
            (the same, or as Excel counts days), any, or same (all arguments of this kind become one type, which may
            be the result's; so do those of kind key).
        default: the value where it is left out; UNKNOWN if it may not be.
        constant: it must be known before any data is.
        repeated: it comes once or more; several such arguments come in turn.
    """

    name: str
    kind: str
    default: object = UNKNOWN
    constant: bool = False
    repeated: bool = False

    @classmethod
    def parsed(cls, text: str) -> Argument:
        """From `find: text`, `ignore_case: bool! = true` (`!`: constant) or `*values: number` (`*`: repeated)."""
        name, _, rest = text.strip().partition(":")
        kind, _, default = (part.strip() for part in rest.partition("="))
        return cls(
            name.lstrip("*"),
            kind.rstrip("!"),
            _default(default) if default else UNKNOWN,
            constant=kind.endswith("!"),
            repeated=name.startswith("*"),
        )

    def taken(self, value: Value, function: str) -> Value:
        """`value` as this argument.

        Raises:
            Mistake: it is of the wrong type, or not constant.
        """
        spoken, convert = _KINDS[self.kind]
        place = value.place
        if self.constant and value.constant is UNKNOWN:
            message = f"{function}: {self.name} must be written out; it cannot come from a field"
            raise Mistake(message, place.start, place.end)
        try:
            return convert(value)
        except WrongType as error:
            message = f"{function}: {self.name} must be {spoken}; this is {value.spoken}"
            raise Mistake(message, place.start, place.end, hint=error.hint) from None


def _default(text: str) -> object:
    if text.startswith("'"):
        return text.strip("'")
    return _DEFAULTS[text] if text in _DEFAULTS else int(text)


@dataclass(frozen=True)
class Function:
    """A function of the formula language.

    Attributes:
        signature: `Left(text: text, length: integer) -> text`; see `Argument.parsed`. The result is one of text,
            number, integer, numeric (integer if the numeric arguments are), bool, date, datetime, null, same, or last
            (the last argument's).
        help: what it does, in a sentence.
        example: a call.
        gives: its result.
        sql: a template with `{name}` for each argument (for repeated ones `{values0}`, ..., and
            `{values}` for all with commas between; `{home}` is the workflow's folder), or a
            function that makes one from the arguments. Where it fails for a record, the result is Null.
        reports: what is said of the first argument where it is a text that gives no result, such as `is no number`;
            the template has `{report}` for it, where a Null may stand.
        volatile: whether chance or the outside (clock, files, environment) decides about its result too.
    """

    category: str
    signature: str
    help: str
    example: str
    gives: Example
    sql: Sql
    reports: str = ""
    volatile: bool = False

    @cached_property
    def name(self) -> str:
        return self.signature.partition("(")[0]

    @cached_property
    def arguments(self) -> tuple[Argument, ...]:
        inside = self.signature[len(self.name) + 1 : self.signature.rindex(")")]
        return tuple(Argument.parsed(text) for text in re.split(r",\s*(?=\*?\w+:)", inside) if text)

    @cached_property
    def result(self) -> str:
        return self.signature.rpartition("-> ")[2]

    @cached_property
    def usage(self) -> str:
        """`Contains(text, find, [ignore_case])`."""
        return f"{self.name}({', '.join(_written(argument) for argument in self.arguments)})"

    def call(self, given: list[Value], place: Place, home: Value, subject: Subject = _NOTHING) -> Value:
        """The call of this function with these arguments.

        Args:
            given: the arguments.
            place: where it stands.
            home: the workflow's folder.
            subject: what the call may speak of.

        Raises:
            Mistake: they do not fit.
        """
        slots = self._slots(len(given), place)
        taken = [self._taken(slot, value, subject) for slot, value in zip(slots, given, strict=False)]
        taken += [_KINDS[slot.kind][1](literal(slot.default)) for slot in slots[len(given) :]]
        for shared in ("same", "key"):
            taken = self._alike(taken, slots, shared, place)
        template = self.sql if isinstance(self.sql, str) else self.sql(taken)
        type_ = self._type(taken, slots)
        if self.result == "null":
            return literal(None, place)
        template = template.replace("{report}", self._report(taken, type_, subject))
        named = {"home": home, "record": Value(subject.record or "NULL", values.INTEGER), **self._named(taken)}
        return Value(fill(attempt(self._listed(template, named)), named), type_, place)

    def _taken(self, slot: Argument, value: Value, subject: Subject) -> Value:
        """`value` as an argument. A text that is to be a date, and is none, is spoken of."""
        taken = slot.taken(value, self.name)
        if subject.record and value.type is values.TEXT and taken.type in (FieldType.Date, FieldType.DateTime):
            return values.reported(value, taken.type, subject, "is no date")
        return taken

    def _report(self, taken: list[Value], type_: FieldType | None, subject: Subject) -> str:
        """SQL of a Null that speaks of the first argument, or is silent."""
        if not (subject.record and self.reports and taken[0].type is values.TEXT) or type_ is None:
            return "NULL"
        return values.complaint_sql(subject, f"{{{self.arguments[0].name}}}", self.reports, type_)

    def _slots(self, count: int, place: Place) -> list[Argument]:
        """The argument that each value belongs to, and those that are left out."""
        fixed = [argument for argument in self.arguments if not argument.repeated]
        group = [argument for argument in self.arguments if argument.repeated]
        rounds, left = divmod(max(count - len(fixed), 1), len(group)) if group else (0, 0)
        least = sum(argument.default is UNKNOWN for argument in fixed) + len(group)
        if count < least or left or (not group and count > len(fixed)):
            counts = f"{least} or more" if group else str(least) if least == len(fixed) else f"{least} to {len(fixed)}"
            message = f"{self.name} takes {counts} argument{'' if counts == '1' else 's'}; there {_are(count)}"
            raise Mistake(message, place.start, place.end, hint=f"It is written {self.usage}.")
        return fixed + group * rounds

    def _alike(self, taken: list[Value], slots: list[Argument], kind: str, place: Place) -> list[Value]:
        """The same values, all those of one shared kind in one type."""
        alike = [value for value, slot in zip(taken, slots, strict=True) if slot.kind == kind]
        try:
            one_type = iter(values.unified(alike))
        except WrongType as error:
            message = f"{self.name} cannot mix {' and '.join(dict.fromkeys(value.spoken for value in alike))}"
            raise Mistake(message, place.start, place.end, hint=error.hint) from None
        return [next(one_type) if slot.kind == kind else value for value, slot in zip(taken, slots, strict=True)]

    def _type(self, taken: list[Value], slots: list[Argument]) -> FieldType | None:
        if self.result == "last":
            return taken[-1].type
        if self.result == "same":
            return next(value.type for value, slot in zip(taken, slots, strict=True) if slot.kind == "same")
        if self.result == "numeric":
            whole = all(
                v.type is values.INTEGER for v, slot in zip(taken, slots, strict=True) if slot.kind == "numeric"
            )
            return values.INTEGER if whole else values.NUMBER
        return _RESULTS[self.result]

    def _named(self, taken: list[Value]) -> dict[str, Value]:
        """The values under the names that the template knows; repeated ones are numbered."""
        fixed = [argument for argument in self.arguments if not argument.repeated]
        group = [argument for argument in self.arguments if argument.repeated]
        named = {argument.name: value for argument, value in zip(fixed, taken, strict=False)}
        for number, value in enumerate(taken[len(fixed) :]):
            named[f"{group[number % len(group)].name}{number // len(group)}"] = value
        return named

    def _listed(self, template: str, named: dict[str, Value]) -> str:
        """The template with `{values0}, {values1}, ...` for the `{values}` of a repeated argument."""
        for argument in self.arguments:
            if argument.repeated:
                every = (f"{{{name}}}" for name in named if name.rstrip("0123456789") == argument.name)
                template = template.replace(f"{{{argument.name}}}", ", ".join(every))
        return template


def _are(count: int) -> str:
    return "is 1" if count == 1 else f"are {count or 'none'}"


def _written(argument: Argument) -> str:
    if argument.repeated:
        return f"{argument.name}, ..."
    return argument.name if argument.default is UNKNOWN else f"[{argument.name}]"
