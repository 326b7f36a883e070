"""What reaches SQL as SQL is ours: names, texts and expressions as nasty as can be, with remarks and in a tool."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.expression import ExpressionError, Scope, compile_expression, evaluate
from engine.remarks import RECORD
from engine.sql import Session, quote_name
from engine.testing import run_tool, table
from engine.tool import Home
from engine.types import Field, FieldType, schema_of
from tools.preparation.formula import Formula

_BREAKING = st.sampled_from([*"'\"\\;{}()[]$%-/*\0\n", "--", "/*", "''", '""', "{x}", "{report}", "$$", "') --", "\\'"])
_PARTS = st.sampled_from(["[a]", "Left(", "1", ",", ")", "IF ", "Message(2,", " IN (", "'x'"])
TEXTS = st.lists(_BREAKING | st.text(max_size=3), max_size=8).map("".join)
EXPRESSIONS = st.lists(_BREAKING | _PARTS | st.text(max_size=2), max_size=12).map("".join)
NAMES = TEXTS.filter(lambda text: text.strip() and "\0" not in text and text.casefold() != "id")


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(expression=EXPRESSIONS)
def test_an_expression_is_refused_or_computed(session: Session, expression: str) -> None:
    batch = pa.RecordBatch.from_arrays([pa.array(["x"])], schema=schema_of(Field("a", FieldType.V_WString)))
    try:
        result = evaluate(session, expression, batch)
    except ExpressionError:
        return
    assert len(result) == 1


@settings(max_examples=25)
@given(name=NAMES, text=TEXTS)
def test_a_message_and_its_field_are_what_was_written(name: str, text: str) -> None:
    written = ' + "\'" + '.join(f"'{piece}'" for piece in text.split("'"))
    lines = [{"field": name, "expression": f"Message(2, {written}, {written})"}]
    result = run_tool(Formula, {"fields": lines}, table("id: Int32", [1]))
    assert result.rows() == [{"id": 1, name: text}]
    assert result.said("warning") == [f"Record 1: {text}"]


@pytest.mark.parametrize("name", ['"', '""', 'a"; SELECT 1 --', "x}", "{text}"])
def test_a_name_is_quoted(name: str) -> None:
    scope = Scope.of(schema_of(Field(name, FieldType.V_String)), Home(), RECORD)
    compiled = compile_expression(f"ToNumber([{name}]) + 1", scope)
    assert quote_name(name) in compiled.sql
    assert compiled.fields == [name]
