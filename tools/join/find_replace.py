"""FindReplace: replace texts by a lookup table, or append its fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Annotated, Literal, Self

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field as ConfigField
from pydantic import model_validator

from engine.context import Context
from engine.errors import ToolError
from engine.tool import Anchor, Config, Emission, Schemas, Tool, hint
from engine.types import TEXTS, Field, find_field
from tools._joining.names import schema_from, together
from tools._joining.patterns import any_of

_REMEMBERED = 65_536  # different texts whose result is kept
OfR = Annotated[str, hint("field", anchor="R")]


class FindReplaceConfig(Config):
    field: Annotated[str, hint("field", anchor="F", label="Find within field")]
    """The text field of F to look into."""
    find: Annotated[OfR, hint(label="Find values of")]
    """The text field of R with what is looked for."""
    match: Annotated[Literal["any", "beginning", "entire"], hint(label="Find in")] = "any"
    """Where it must stand: anywhere in the field, at its beginning, or it must be the entire field."""
    ignore_case: bool = False
    """Whether upper and lower case are the same."""
    whole_words: bool = False
    """Whether only whole words are found: `art` not in `Bart`."""
    replace_with: OfR = ""
    """The text field of R with what is put in the place of what was found."""
    replace_all: bool = False
    """Whether all that is found in a field is replaced, or only what stands first (`match: any` only)."""
    append: Annotated[list[OfR], hint(label="Append fields")] = ConfigField(default_factory=list)
    """Instead of replacing: the fields of R to append to the record; Null where nothing was found."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.replace_with) == bool(self.append):
            raise ValueError("give either `replace_with`, a field of R, or `append`, a list of them")
        return self


class FindReplace(Tool[FindReplaceConfig]):
    """Find texts of a lookup table (R) in a field of F, and replace them or append fields of the lookup table.

    Where several texts are found, the one that stands first counts, and of those that begin at one place the longest.
    What was replaced is not searched again. Where R has a text twice, its last record counts. Null and empty texts of R
    are never found; a Null replacement takes the text out. With fewer and exact matches a Join does it too, and faster.

    A text that grows beyond the size of its field is cut, with a warning.

    Example: `{tool: FindReplace, field: Street, find: Short, replace_with: Long, whole_words: true, replace_all: true}`
    """

    inputs = (Anchor("F", "Find: the records to look into."), Anchor("R", "Replace: the lookup table; read first."))
    first = ("R",)
    keywords = ("lookup", "substitute", "vlookup", "dictionary", "clean")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        _text_field(inputs["F"], self.config.field, "field", "F")
        _text_field(inputs["R"], self.config.find, "find", "R")
        if self.config.replace_with:
            _text_field(inputs["R"], self.config.replace_with, "replace_with", "R")
        appended = [inputs["R"].field(name) for name in self._appended(inputs["R"])]
        return {"out": schema_from(together(inputs["F"], ("Replace_", appended)), *inputs.values())}

    def _appended(self, schema: pa.Schema) -> list[str]:
        return [
            find_field(schema, name, setting=f"append.{place}", anchor="R").name
            for place, name in enumerate(self.config.append)
        ]

    def open(self, context: Context) -> None:
        super().open(context)
        self._out = self.schema(context.inputs)["out"]
        self._field = find_field(context.inputs["F"], self.config.field)
        self._find = find_field(context.inputs["R"], self.config.find).name
        self._lookup: list[pa.RecordBatch] = []
        self._cut = 0

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        if anchor == "R":
            self._lookup.append(batch.select(dict.fromkeys([self._find, *self._wanted()])))
        elif self.config.append:
            yield "out", self._with_appended(batch)
        else:
            yield "out", self._with_replaced(batch)

    def _wanted(self) -> list[str]:
        schema = self.context.inputs["R"]
        return self._appended(schema) or [find_field(schema, self.config.replace_with).name]

    def finish(self, anchor: str) -> Iterator[Emission]:
        if anchor == "R":
            self._prepare()
        elif self._cut:
            texts = "1 text was" if self._cut == 1 else f"{self._cut:,} texts were"
            self.context.warning(
                f"{texts} cut to the {self._field.size} characters of [{self._field.name}].",
                hint="Give the field a greater size with Select first.",
            )
        yield from ()

    def _prepare(self) -> None:
        """Ready the lookup table: the row of each text, and the pattern that finds them all."""
        names = list(dict.fromkeys([self._find, *self._wanted()]))
        fields = pa.schema([self.context.inputs["R"].field(name) for name in names])
        self._table = pa.Table.from_batches(self._lookup, schema=fields).combine_chunks()
        self._row_of = {self._same(text): row for row, text in enumerate(self._table[self._find].to_pylist()) if text}
        self._pattern = any_of(self._row_of, self.config.match, self.config.whole_words)
        if not self.config.append:
            self._replacements = self._table[self._wanted()[0]].to_pylist()
        self._row = lru_cache(_REMEMBERED)(self._first_found)
        self._text = lru_cache(_REMEMBERED)(self._replaced)

    def _same(self, text: str) -> str:
        """One spelling for all that counts as the same."""
        return text.lower() if self.config.ignore_case else text

    def _first_found(self, text: str) -> int | None:
        """The row of R with what stands first in a text."""
        found = self._pattern.search(self._same(text))
        return self._row_of[found[0]] if found else None

    def _replaced(self, text: str) -> str:
        same = self._same(text)
        if len(same) != len(text):  # a few letters have no lower case of one letter, such as İ
            same = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
        pieces, end = [], 0
        for found in self._pattern.finditer(same):
            pieces += [text[end : found.start()], self._replacements[self._row_of[found[0]]] or ""]
            end = found.end()
            if not self.config.replace_all:
                break
        return "".join([*pieces, text[end:]])

    def _with_appended(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        rows = pa.array(_each(self._row, batch.column(self._field.name)), pa.int64())
        columns = [self._table[name].take(rows).combine_chunks() for name in self._wanted()]
        return pa.RecordBatch.from_arrays([*batch.columns, *columns], schema=self._out)

    def _with_replaced(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        texts = pa.array(_each(self._text, batch.column(self._field.name)), pa.string())
        too_long = pc.sum(pc.greater(pc.utf8_length(texts), self._field.size)).as_py() or 0
        if too_long:
            self._cut += too_long
            texts = pc.utf8_slice_codeunits(texts, 0, self._field.size)
        return batch.set_column(
            batch.schema.get_field_index(self._field.name), self._out.field(self._field.name), texts
        )


def _each(function: Callable[[str], str | int | None], column: pa.Array) -> Iterator[str | int | None]:
    return (None if text is None else function(text) for text in column.to_pylist())


def _text_field(schema: pa.Schema, name: str, setting: str, anchor: str) -> Field:
    field = find_field(schema, name, setting=setting, anchor=anchor)
    if field.type not in TEXTS:
        raise ToolError(
            f"[{field.name}] is {field.type}; only texts are searched.",
            hint="Make it V_WString with Select first.",
            setting=setting,
        )
    return field
