"""Test: expectations that fail the run where they do not hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import pyarrow as pa
from pydantic import Field as ConfigField

from engine.context import Context
from engine.errors import ToolError, listed
from engine.expression import compile_expression
from engine.tool import Anchor, Config, Emission, Schemas, Tool, hint
from engine.types import FieldType

_SHOWN = 5


class Expectation(Config):
    """What must hold of one input. Everything that is given must hold."""

    name: str = ""
    """What it is about, for the message."""
    input: int = ConfigField(1, ge=1)
    """The number of the input."""
    records: int | None = ConfigField(None, ge=0)
    """How many records there must be."""
    at_least: int | None = ConfigField(None, ge=0)
    """How many records there must be at least."""
    at_most: int | None = ConfigField(None, ge=0)
    """How many records there may be at most."""
    fields: list[str] | None = None
    """The names of the fields, all of them, in order."""
    expression: Annotated[str, hint("expression")] = ""
    """A condition, such as `[Total] > 0`."""
    of: Literal["every", "first", "last", "any", "no"] = "every"
    """For which records the condition must hold."""


class TestConfig(Config):
    __test__ = False

    expectations: list[Expectation] = ConfigField(min_length=1)
    """What must hold."""
    on_failure: Literal["error", "warn"] = "error"
    """Whether what does not hold fails the run, or is a warning."""


class _Watch:
    """One expectation while records pass."""

    def __init__(self, expectation: Expectation) -> None:
        self.expectation = expectation
        self.records = self.held = 0
        self.first = self.last = False
        self.failed: list[int] = []  # numbers of the first records for which the condition does not hold
        self.matched: list[int] = []

    def see(self, holds: list[bool]) -> None:
        if not holds:
            return
        if not self.records:
            self.first = holds[0]
        self.last = holds[-1]
        self.held += sum(holds)
        if len(self.failed) <= _SHOWN or len(self.matched) <= _SHOWN:
            numbered = list(enumerate(holds, self.records + 1))
            self.failed += [number for number, held in numbered if not held][: _SHOWN + 1 - len(self.failed)]
            self.matched += [number for number, held in numbered if held][: _SHOWN + 1 - len(self.matched)]

    def complaints(self) -> Iterator[str]:
        """What does not hold."""
        wanted = self.expectation
        if wanted.records is not None and self.records != wanted.records:
            yield f"{wanted.records:,} records were expected, and {self.records:,} came"
        if wanted.at_least is not None and self.records < wanted.at_least:
            yield f"at least {wanted.at_least:,} records were expected, and {self.records:,} came"
        if wanted.at_most is not None and self.records > wanted.at_most:
            yield f"at most {wanted.at_most:,} records were expected, and {self.records:,} came"
        if wanted.expression and not self._condition_holds():
            yield f"{wanted.expression} must hold for {wanted.of} record; {self._found()}"

    def _condition_holds(self) -> bool:
        return {
            "every": self.held == self.records,
            "first": self.first or not self.records,
            "last": self.last or not self.records,
            "any": self.held > 0,
            "no": self.held == 0,
        }[self.expectation.of]

    def _found(self) -> str:
        if self.expectation.of in ("every", "no"):
            numbers = self.failed if self.expectation.of == "every" else self.matched
            more = " and others" if len(numbers) > _SHOWN else ""
            holds = "it does not for" if self.expectation.of == "every" else "it does for"
            return f"{holds} record {', '.join(map(str, numbers[:_SHOWN]))}{more}"
        return f"it does for {self.held:,} of {self.records:,}"


class Test(Tool[TestConfig]):
    """Check that records are as expected, and fail the run where they are not.

    An expectation is about one input: how many records, which fields, or a condition for every record, the first, the
    last, any or none. All that does not hold is listed. Null is not true. Without records, a condition for every, the
    first or the last record holds; ask for `at_least: 1` too.

    Example: `{tool: Test, expectations: [{name: no debts, expression: '[Balance] >= 0'}, {at_least: 100}]}`
    """

    __test__ = False  # it is no test of pytest's

    inputs = (Anchor("in", "Any number of inputs to check.", multiple=True),)
    outputs = ()
    keywords = ("assert", "expect", "check", "validate", "quality", "unit test")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        problems = [
            problem for number in range(len(self.config.expectations)) for problem in self._problems(number, inputs)
        ]
        if problems:
            raise ExceptionGroup("expectations that cannot be checked", problems)
        return {}

    def _problems(self, number: int, inputs: Schemas) -> Iterator[ToolError]:
        wanted, setting = self.config.expectations[number], f"expectations.{number}"
        if wanted.input > len(inputs):
            message = f"There is no input {wanted.input}; there are {len(inputs)}."
            yield ToolError(message, setting=f"{setting}.input")
        elif wanted.expression:
            try:
                self._condition(wanted, inputs, setting)
            except ToolError as error:
                yield error
        elif wanted.fields is None and (wanted.records, wanted.at_least, wanted.at_most) == (None, None, None):
            yield ToolError("Nothing is expected.", hint="Give records, fields or an expression.", setting=setting)

    def _condition(self, wanted: Expectation, inputs: Schemas, setting: str) -> tuple[str, list[str]]:
        """SQL of a condition, and the fields that it names."""
        compiled = compile_expression(
            wanted.expression, inputs[f"in#{wanted.input}"], self.home, setting=f"{setting}.expression"
        )
        if compiled.type is not FieldType.Bool:
            raise ToolError(
                f"The expression gives a {compiled.type}; a condition is true or false.",
                hint="Compare it with something, as in [Field] = 'value'.",
                setting=f"{setting}.expression",
            )
        return f"SELECT coalesce({compiled.sql}, FALSE) FROM batch", compiled.fields  # noqa: S608 - translated

    def open(self, context: Context) -> None:
        super().open(context)
        self._watched = [_Watch(expectation) for expectation in self.config.expectations]
        self._queries = {}
        for number, wanted in enumerate(self.config.expectations):
            if wanted.expression:
                query, fields = self._condition(wanted, context.inputs, f"expectations.{number}")
                self._queries[number] = context.sql.per_batch(query, context.inputs[f"in#{wanted.input}"], fields)

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        for number, watch in enumerate(self._watched):
            if anchor == f"in#{watch.expectation.input}":
                if number in self._queries:
                    watch.see(self._queries[number](batch)[0].to_pylist())
                watch.records += batch.num_rows
        yield from ()

    def complete(self) -> Iterator[Emission]:
        complaints = [complaint for watch in self._watched for complaint in self._complaints(watch)]
        if complaints and self.config.on_failure == "error":
            raise ToolError(" ".join(complaints))
        for complaint in complaints:
            self.context.warning(complaint)
        if not complaints:
            count = len(self._watched)
            self.context.info("What was expected holds." if count == 1 else f"All {count} expectations hold.")
        yield from ()

    def _complaints(self, watch: _Watch) -> Iterator[str]:
        wanted = watch.expectation
        about = wanted.name or f"Input {wanted.input}"
        names = self.context.inputs[f"in#{wanted.input}"].names
        if wanted.fields is not None and names != wanted.fields:
            yield f"{about}: the fields {listed(wanted.fields)} were expected, and {listed(names)} came."
        for complaint in watch.complaints():
            yield f"{about}: {complaint}."

    def close(self, failed: bool) -> None:
        for query in getattr(self, "_queries", {}).values():
            query.close()
