"""XML from strangers: no DTD, no entities, and an end to everything."""

from __future__ import annotations

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from engine.errors import WorkflowError

MAX_BYTES = 32 << 20
MAX_DEPTH = 256
MAX_ELEMENTS = 500_000

NOT_ALTERYX = (
    "An Alteryx workflow is a file such as name.yxmd; a .yxzp package is a zip of such files: unpack it first."
)


def parse(data: bytes) -> Element:
    """The root of an XML text.

    Raises:
        WorkflowError: it is no XML, declares a DTD or entities, or is too large or too deep; with line and column.
    """
    if len(data) > MAX_BYTES:
        raise WorkflowError(f"The file is larger than {MAX_BYTES >> 20} MiB; that is no workflow.")
    if data[:4] == b"PK\x03\x04":
        raise WorkflowError("This is a zip file, not XML.", hint=NOT_ALTERYX)
    return _Reader().read(data)


class _Reader:
    """Feeds a tree from expat's events, and counts."""

    def __init__(self) -> None:
        self._tree = TreeBuilder()
        self._depth = self._elements = 0
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._tree.data
        parser.StartDoctypeDeclHandler = self._doctype

    def read(self, data: bytes) -> Element:
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            raise self._wrong(f"This is not XML: {reason}", error.lineno, error.offset, NOT_ALTERYX) from None
        except (LookupError, ValueError) as error:  # an encoding that does not exist, or that lies
            raise WorkflowError(f"This is not XML: {error}.", hint=NOT_ALTERYX) from None
        return self._tree.close()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH:
            raise self._here(f"The XML is nested more than {MAX_DEPTH} levels deep")
        if self._elements > MAX_ELEMENTS:
            raise self._here(f"The XML has more than {MAX_ELEMENTS:,} elements; that is no workflow")
        self._tree.start(tag, attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        self._tree.end(tag)

    def _doctype(self, *_: object) -> None:
        raise self._here("The XML has a DTD, which no Alteryx workflow has; it is not read, for safety")

    def _here(self, message: str) -> WorkflowError:
        return self._wrong(message, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber)

    @staticmethod
    def _wrong(message: str, line: int, column: int, hint: str = "") -> WorkflowError:
        where = f"line {line}, column {column + 1}"
        return WorkflowError(f"{message} ({where}).", hint=hint, line=line, column=column + 1)
