"""An expression whose result becomes a field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from engine.errors import ToolError, ToolWarning
from engine.expression import Compiled, convert
from engine.expression.losses import spoken_field
from engine.types import Field, FieldType


@dataclass(frozen=True)
class Computed:
    """A field and the SQL of its values.

    Attributes:
        field: the field.
        given: the type of the expression.
        before: SQL of what the expression gives.
        after: SQL of the same as the field's type.
    """

    field: Field
    given: FieldType
    before: str
    after: str

    @property
    def given_arrow(self) -> pa.DataType:
        """The Arrow type of what the expression gives."""
        return Field("", self.given).arrow_type


def computed(compiled: Compiled, field: Field, setting: str) -> Computed:
    """The values of an expression as a field.

    Raises:
        ToolError: they cannot become of its type.
    """
    if field.type is compiled.type and not convert.limited(field):
        return Computed(field, compiled.type, compiled.sql, compiled.sql)
    try:
        template = convert.template(compiled.type, field)
    except ToolError as error:
        raise ToolError(f"[{field.name}]: {error.message}", setting=setting) from None
    return Computed(field, compiled.type, compiled.sql, template.replace("{x}", f"({compiled.sql})"))


def new_field(
    name: str, type_: FieldType | None, size: int | None, scale: int | None, given: FieldType, source: str
) -> Field:
    """A new field; its type is the one of the expression where the user names none.

    Raises:
        ToolError: the type cannot have such a size.
    """
    convert.check_size(type_ or given, size, scale, "type")
    return Field(name, type_ or given, size, scale, source=source)


def keeps_type(old: Field, type_: FieldType | None, size: int | None, setting: str) -> Iterator[ToolWarning]:
    """A warning where another type or size is given than a field of the input has: it keeps its own, as in Alteryx."""
    if type_ not in (None, old.type) or size not in (None, old.size):
        message = f"[{old.name}] is {spoken_field(old)} already and stays so; new values change no type or size."
        yield ToolWarning(message, hint="Select changes types.", setting=setting)
