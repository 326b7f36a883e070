"""Regex: replace, match or take apart texts by a regular expression."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field as ConfigField

from engine.context import Context
from engine.errors import ToolError
from engine.expression import compile_expression, convert
from engine.expression.losses import Cut, Losses
from engine.expression.nodes import Call, FieldReference
from engine.expression.nodes import Literal as Constant
from engine.sql import quote_name, quote_text
from engine.tool import Config, Emission, Scale, Schemas, Size, TextName, Tool, hint
from engine.types import Field, FieldType, schema_of
from tools._parsing.fields import text_field, with_new
from tools._parsing.pieces import as_columns, as_records, lengths

_TEXT = Field("text", FieldType.V_WString)
_MARKED = re.compile(r"\\Q.*?(?:\\E|\Z)|\\.|\[\^?\]?(?:\[:\w+:\]|\\.|[^\]])*\]|(\((?!\?)|\(\?P?<\w)", re.DOTALL)


class ParsedField(Config):
    """What becomes of one marked group."""

    name: str = ConfigField(min_length=1)
    """The name of the new field."""
    type: FieldType = FieldType.V_WString
    """Its type; what cannot be converted is Null and reported."""
    size: Size = None
    """How long texts may be, in characters; of a FixedDecimal: all digits with sign and point."""
    scale: Scale = None
    """Decimals of a FixedDecimal."""


class RegexConfig(Config):
    field: TextName
    """The text field to look into."""
    expression: str = ConfigField(min_length=1)
    r"""The regular expression, such as `(\w+)@(\w+)\.com`."""
    method: Literal["replace", "tokenize", "parse", "match"] = "match"
    """Replace what fits; split into all that fits; make a field of each marked group; or say whether the text fits."""
    ignore_case: bool = True
    """Whether upper and lower case are the same."""
    replacement: Annotated[str, hint(when={"method": ["replace"]})] = ""
    """What is put in the place of what fits; `$1`, `$2`, ... are the marked groups (`method: replace`)."""
    copy_unmatched: Annotated[bool, hint(when={"method": ["replace"]})] = True
    """Whether what does not fit stays in the text (`method: replace`)."""
    into: Annotated[Literal["columns", "rows"], hint(label="Split into", when={"method": ["tokenize"]})] = "columns"
    """Whether what fits becomes fields of the record, or a record each (`method: tokenize`)."""
    columns: Annotated[int, hint(label="Number of columns", when={"method": ["tokenize"], "into": ["columns"]})] = (
        ConfigField(3, ge=1, le=10_000)
    )
    """How many fields (`method: tokenize`)."""
    extra: Annotated[
        Literal["warn", "drop", "error"],
        hint(label="Extra matches", when={"method": ["tokenize"], "into": ["columns"]}),
    ] = "warn"
    """What happens to more than those: dropped with or without a warning, or an error (`method: tokenize`)."""
    root: Annotated[str, hint(label="Root name", when={"method": ["tokenize"]})] = ""
    """The new fields are called this with 1, 2, 3, ... behind it; empty: like the field. With `into: rows`: the name of
    a new field; empty: what fits takes the place of the text (`method: tokenize`)."""
    fields: Annotated[list[ParsedField], hint(when={"method": ["parse"]})] = []
    """The new fields, one for each marked group; empty: texts called RegExOut1, RegExOut2, ... (`method: parse`)."""
    output: Annotated[str, hint(label="Field name", when={"method": ["match"]})] = ""
    """The name of the new Bool field; empty: that of the field with `_Matched` behind it (`method: match`)."""
    on_mismatch: Annotated[Literal["keep", "error"], hint(when={"method": ["match"]})] = "keep"
    """Whether a text that does not fit is an error (`method: match`)."""


class Regex(Tool[RegexConfig]):
    r"""Replace, match or take apart texts by a regular expression.

    `replace` puts the replacement in the place of everything that fits. `tokenize` splits the text into all that fits
    (into what its marked group holds, where it has one), as fields or as records. `parse` makes a field of each marked
    group, of the first place that fits; Null where nothing does. `match` adds a Bool: whether the whole text fits.

    Expressions are those of RE2, as in formulas: never slow, without lookahead `(?=...)`, lookbehind `(?<=...)` and
    back-references `\1`. `.` does not stand for a line break; begin with `(?s)` if it should. Null stays Null.

    Example: `{tool: Regex, field: Name, method: parse, expression: "(\w+), (\w+)"}`
    """

    version = 2
    stateless = True
    keywords = ("regular expression", "pattern", "extract", "split", "replace", "re2")

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering, config = inputs["in"], self.config
        field = text_field(entering, config.field)
        self._compiled("REGEX_Match")  # says what is wrong with the expression
        if config.method == "replace" or (config.method == "tokenize" and config.into == "rows" and not config.root):
            return {"out": entering}
        if config.method == "match":
            new = [Field(config.output or f"{field.name}_Matched", FieldType.Bool)]
            return {"out": with_new(entering, new, "output")}
        if config.method == "tokenize":
            return {"out": with_new(entering, self._token_fields(field), "root")}
        return {"out": with_new(entering, self._parsed_fields(field), "fields")}

    def _compiled(self, function: str, *more: str) -> str:
        """SQL of a function of the formula language, over the column `text`."""
        arguments: list[str | bool] = [self.config.expression, *more, self.config.ignore_case]
        call = Call(function, (FieldReference(_TEXT.name), *(Constant(argument) for argument in arguments)))
        return compile_expression(call, schema_of(_TEXT), self.home, setting="expression").sql

    def _token_fields(self, field: Field) -> list[Field]:
        root = self.config.root or field.name
        if self.config.into == "rows":
            return [field.with_(name=root, meaning=None)]
        return [field.with_(name=f"{root}{number}", meaning=None) for number in range(1, self.config.columns + 1)]

    def _parsed_fields(self, field: Field) -> list[Field]:
        groups = marked_groups(self.config.expression)
        if not groups:
            raise ToolError(
                "The expression has no marked group.",
                hint=r"Put brackets around each part that becomes a field, as in (\d+)-(\d+).",
                setting="expression",
            )
        if not self.config.fields:
            return [field.with_(name=f"RegExOut{number}", meaning=None) for number in range(1, groups + 1)]
        if len(self.config.fields) != groups:
            raise ToolError(
                f"The expression has {groups} marked groups, and {len(self.config.fields)} fields are listed.",
                hint="List a field for each group; (?:...) is a group that is not marked.",
                setting="fields",
            )
        for number, line in enumerate(self.config.fields):
            convert.check_size(line.type, line.size, line.scale, f"fields.{number}")
        return [Field(line.name, line.type, line.size, line.scale) for line in self.config.fields]

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        self._field = text_field(entering, self.config.field)
        self._place = entering.get_field_index(self._field.name)
        self._out = self.schema(context.inputs)["out"]
        self._new = [Field.of(field) for field in list(self._out)[len(entering) :]]
        self._losses = Losses(context)
        self._extra = 0
        columns = ", ".join(self._columns())
        text = f"SELECT {quote_name(self._field.name)} AS text FROM batch"  # noqa: S608 - quoted
        query = f"SELECT {columns} FROM (SELECT text, {self._groups()} AS marked FROM ({text}))"  # noqa: S608 - quoted
        self._query = context.sql.per_batch(query, entering, [self._field.name])

    def _groups(self) -> str:
        """SQL of all marked groups as a struct; Null where the text does not fit."""
        if self.config.method != "parse":
            return "NULL"
        names = ", ".join(f"'c{number}'" for number in range(len(self._new)))
        return (
            f"CASE WHEN regexp_matches(text, {self._quoted}) THEN "
            f"regexp_extract(text, {quote_text(self.config.expression)}, [{names}], {self._options}) END"
        )

    @property
    def _options(self) -> str:
        return "'i'" if self.config.ignore_case else "'c'"

    @property
    def _quoted(self) -> str:
        return f"{quote_text(self.config.expression)}, {self._options}"

    def _columns(self) -> list[str]:
        """SQL of what is asked of each batch."""
        if self.config.method == "match":
            return [self._compiled("REGEX_Match")]
        if self.config.method == "parse":
            targets = [convert.template(FieldType.V_WString, field) for field in self._new]
            return [
                column
                for number, target in enumerate(targets)
                for column in (f"marked.c{number}", target.format(x=f"marked.c{number}"))
            ]
        if self.config.method == "tokenize":
            return [self._found(1 if marked_groups(self.config.expression) else 0)]
        replaced = self._compiled("REGEX_Replace", self.config.replacement)
        if self.config.copy_unmatched:
            return [replaced]
        return [f"array_to_string(list_transform({self._found(0)}, lambda text: {replaced}), '')"]

    def _found(self, group: int) -> str:
        """SQL of a list of all that fits, or of what a marked group holds there."""
        return f"regexp_extract_all(text, {quote_text(self.config.expression)}, {group}, {self._options})"

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        results = self._query(batch)
        if self.config.method == "tokenize" and self.config.into == "rows":
            place = batch.num_columns if self.config.root else self._place
            for part in as_records(batch, results[0], place, self._out):
                yield "out", part
        elif self.config.method == "replace":
            yield "out", self._with(batch, self._place, results[0])
        else:
            columns = [*batch.columns, *self._added(results)]
            yield "out", pa.RecordBatch.from_arrays(columns, schema=self._out)

    def _with(self, batch: pa.RecordBatch, place: int, texts: pa.Array) -> pa.RecordBatch:
        fitting = texts
        if convert.limited(self._field):
            self._losses.watch(self._field, self._field.type, texts, texts)
            fitting = pc.utf8_slice_codeunits(texts, 0, self._field.size)
        columns = [*batch.columns[:place], fitting, *batch.columns[place + 1 :]]
        return pa.RecordBatch.from_arrays(columns, schema=self._out)

    def _added(self, results: list[pa.Array]) -> list[pa.Array]:
        if self.config.method == "tokenize":
            self._look_for_extra(results[0])
            return as_columns(results[0], self.config.columns)
        if self.config.method == "match":
            self._look_for_mismatch(results[0])
            return results
        added = []
        for field, before, after in zip(self._new, results[::2], results[1::2], strict=True):
            self._losses.watch(field, FieldType.V_WString, before, after)
            added.append(after.cast(field.arrow_type))
        return added

    def _look_for_extra(self, lists: pa.ListArray) -> None:
        (more,) = (lengths(lists) > self.config.columns).nonzero()
        if len(more) and self.config.extra == "error":
            raise ToolError(
                f"Record {self.context.record(int(more[0]))}: the expression fits [{self._field.name}] more than "
                f"{self.config.columns} times.",
                hint="Raise columns, or choose another way with extra.",
                setting="extra",
            )
        if self.config.extra == "warn":
            self.context.note(len(more))

    def _look_for_mismatch(self, matched: pa.Array) -> None:
        first = matched.index(False).as_py()
        if self.config.on_mismatch == "error" and first >= 0:
            message = (
                f"Record {self.context.record(first)}: the text in [{self._field.name}] does not fit the expression."
            )
            raise ToolError(message, hint="Set on_mismatch to keep to let it pass.", setting="on_mismatch")

    def take_note(self, note: Cut | int) -> None:
        if isinstance(note, Cut):
            self._losses.take(note)
        else:
            self._extra += note

    def complete(self) -> Iterator[Emission]:
        self._losses.tell()
        if self._extra:
            records = "1 record has" if self._extra == 1 else f"{self._extra:,} records have"
            self.context.warning(f"{records} more than {self.config.columns} pieces; the rest was dropped.")
        yield from ()

    def close(self, failed: bool) -> None:
        if hasattr(self, "_query"):
            self._query.close()


def marked_groups(expression: str) -> int:
    r"""How many marked groups an expression has: brackets that are no `(?:...)`, not escaped, not in `[...]`."""
    return sum(1 for found in _MARKED.finditer(expression) if found[1])
