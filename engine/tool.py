"""What a tool is: its settings, its anchors, and what it does with records.

A tool is one class in one file, `tools/<category>/<tool_name>.py`, its id the class name. It says which fields leave
from those that enter (`schema`, without reading data), and turns batches into batches (`process`, ...). Batches are
`pyarrow.RecordBatch`, at most 65,536 rows or 16 MiB (the scheduler cuts what is larger); nothing may depend on where
one ends, and none is ever changed in place.

The engine calls, in this order and from one thread::

    tool = SomeTool(config, home)
    tool.schema({"in": schema})          # any number of times, before and without a run
    tool.warnings({"in": schema})        # likewise, where schema raised nothing
    tool.open(context)                   # once; context.inputs are the schemas that really enter
    tool.process("in", batch)            # for each batch; input anchors interleave, but see `first`
    tool.finish("in")                    # once an anchor: nothing more comes there
    tool.complete()                      # once, when every anchor has finished
    tool.close(failed)                   # once, always

`process`, `finish` and `complete` are generators of `(anchor, batch)`; what they emit flows on at once, before they
are asked for more. What is *not* promised: that `finish` and `complete` are called at all (a run may fail, be
cancelled, or need no more of this tool's output), that a suspended generator is resumed, or that `close` runs if the
process is killed.

Most tools are one of four shapes: `Source`, `Map`, `Gather`, `Sink`.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, TypeVar, get_args

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic import Field as ConfigField

from engine.types import NUMBERS, TEXTS

if TYPE_CHECKING:
    from engine.context import Context
    from engine.errors import ToolWarning
    from engine.relation import LineFeed, Relation, Tally
    from engine.spool import Spool

Emission = tuple[str, pa.RecordBatch | None]
"""An output anchor and a batch that leaves by it; None instead of a batch: nothing more leaves by this anchor, so that
what hangs on it is brought to its end before the tool is asked for more (BlockUntilDone)."""
Schemas = Mapping[str, pa.Schema]


class Config(BaseModel):
    """A tool's settings as they stand in the workflow file. Unknown settings are refused; values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The text below each setting as its description: read when it is asked for, as finding it takes long."""
        schema = handler(core_schema)
        properties = handler.resolve_ref_schema(schema).get("properties", {})
        for name, text in _texts_below(cls).items():
            shown = cls.model_fields[name].alias or name
            if shown in properties:
                properties[shown].setdefault("description", text)
        return schema


@cache
def _texts_below(config: type[Config]) -> dict[str, str]:
    """The text that stands below each setting in the source; nothing where there is no source."""
    texts: dict[str, str] = {}
    for cls in reversed(config.__mro__):
        if issubclass(cls, Config) and cls is not Config:
            with contextlib.suppress(OSError):
                texts |= _texts_in(inspect.getsource(cls))
    return {name: text for name, text in texts.items() if name in config.model_fields}


def _texts_in(source: str) -> dict[str, str]:
    (definition,) = ast.parse(textwrap.dedent(source)).body
    assert isinstance(definition, ast.ClassDef)
    return {
        setting.target.id: inspect.cleandoc(below.value.value)
        for setting, below in pairwise(definition.body)
        if isinstance(setting, ast.AnnAssign)
        and isinstance(setting.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
        and isinstance(below.value.value, str)
    }


def hint(widget: str = "", **more: Any) -> Any:
    """How the canvas asks for a setting: entries in its JSON schema that pydantic itself ignores.

    Args:
        widget: the control, where the type alone does not say which.
        **more: what narrows it down, and `label`, what it is called in a form, where its name alone would not be
            understood; `none`, what it comes to where it is left empty; `when`, the values of other settings with which
            alone it matters (`{"method": ["replace"]}`); `unless`, the setting in whose place it stands; `fed`, whether
            it matters only where an input is connected, or only where none is; `examples`, texts that are often put
            there.
    """
    return ConfigField(json_schema_extra={**({"widget": widget} if widget else {}), **more})


Expression = Annotated[str, hint("expression")]
"""A formula over the fields of the input."""
FieldName = Annotated[str, hint("field")]
"""The name of a field of the input. `Annotated[str, hint("field", anchor="T", meaning="image")]` narrows it down."""
TextName = Annotated[str, hint("field", types=[str(type_) for type_ in TEXTS])]
"""The name of a text field of the input."""
NumberName = Annotated[str, hint("field", types=[str(type_) for type_ in NUMBERS])]
"""The name of a number of the input."""
GroupBy = Annotated[list[FieldName], hint(label="Group by")]
"""Fields whose values make groups."""
Size = Annotated[int | None, hint(when={"type": [None, "FixedDecimal", *(str(type_) for type_ in TEXTS)]})]
"""The size of a field whose `type` stands beside it."""
Scale = Annotated[int | None, hint(when={"type": ["FixedDecimal"]})]
"""Its decimals."""
FilePath = Annotated[str, hint("file")]
"""A file to read; relative to the workflow file. Resolve it with `self.home.path`. Words that may stand in its place
are named as `examples`: `Annotated[FilePath, Field(examples=["imagenet"])]`."""
SavePath = Annotated[str, hint("save")]
"""A file to write; relative to the workflow file."""
FolderPath = Annotated[str, hint("folder")]
"""A folder to read; relative to the workflow file."""

ConnectionName = Annotated[str, hint("connection")]
"""The name of a connection to a database; see `engine.connections`."""


Choice = Annotated[str, hint("choice")]
"""One of several that are found outside, such as a table of a database; see `Tool.choices`."""


@dataclass(frozen=True)
class Anchor:
    """A place where a wire ends.

    A `multiple` anchor takes any number of wires; their streams arrive as `<name>#1`, `<name>#2`, ... in the order of
    the connections, in `schema`, `process` and `finish` alike. An `optional` one may stay open.
    """

    name: str
    help: str = ""
    optional: bool = False
    multiple: bool = False


@dataclass(frozen=True)
class Home:
    """Where the workflow lives: what its relative paths and its constants mean."""

    folder: Path = field(default_factory=Path.cwd)
    file: Path | None = None
    constants: Mapping[str, str] = field(default_factory=dict)

    def path(self, text: str) -> Path:
        """A path of a setting: absolute as it is, else relative to the workflow file."""
        return (self.folder / Path(text).expanduser()).absolute()


C = TypeVar("C", bound=Config)


class Tool(Generic[C]):
    """The contract. The first docstring line of a tool is its tooltip, the rest its help page."""

    inputs: ClassVar[tuple[Anchor, ...]] = (Anchor("in"),)
    outputs: tuple[Anchor, ...] = (Anchor("out"),)
    first: tuple[str, ...] = ()
    """Input anchors that must have finished before a batch of any other is processed (Predict: the model). The
    scheduler runs them first and, where both come from one source, sets the others aside."""
    version: ClassVar[int] = 1
    """Raised when the same config and input give another output; part of the cache key."""
    stateless: bool = False
    """Whether each batch is worked on its own, whatever came before: such a tool runs on many machines at once.

    There it gets some batches of an anchor, then `finish`, then more and `finish` again; what it emits must not depend
    on which. `complete` emits nothing: it says what the notes add up to (see `take_note`)."""
    spreads: bool = False
    """Whether it hands its heavy work to other machines by itself; see `Context.elsewhere`."""
    heavy: ClassVar[bool] = False
    """Whether its result is worth keeping in the cache."""
    keeps: ClassVar[bool] = False
    """Whether it keeps all that comes to be looked at (`Context.keep`), as Browse does."""
    keywords: ClassVar[tuple[str, ...]] = ()
    """Words a user may search for that are not in the name or the tooltip."""

    def __init__(self, config: C, home: Home) -> None:
        self.config = config
        self.home = home

    @classmethod
    def config_class(cls) -> type[Config]:
        """The class of this tool's settings: the `X` of `Tool[X]`."""
        for base in _generic_bases(cls):
            for argument in get_args(base):
                if isinstance(argument, type) and issubclass(argument, Config):
                    return argument
        return Config

    @classmethod
    def choices(cls, setting: str, given: Mapping[str, Any], home: Home) -> list[str]:
        """What a setting that is a `Choice` may be, for whoever fills it in.

        Args:
            setting: as a dotted path.
            given: the settings as they stand, which need not be right yet.
            home: the workflow.

        Raises:
            ToolError: they cannot be had: the database is not there, say.
        """
        return []

    def schema(self, inputs: Schemas) -> Mapping[str, pa.Schema | None]:
        """The schema that leaves by each output anchor, from those that enter. Reads no data, at most a header.

        An optional anchor without a wire is missing in `inputs`. None means: not known before the run; see also
        `types.open_schema`.

        Raises:
            ToolError: a setting does not fit the fields (or an ExceptionGroup of several).
        """
        raise NotImplementedError

    def warnings(self, inputs: Schemas) -> Iterable[ToolWarning]:
        """What may be wrong though it can run, from settings and fields alone: a field that is missing, say.

        Asked after `schema`, with the same inputs. Told at the node before a run, and by each run once it is open.
        """
        return ()

    def reads(self) -> Iterable[Path | str] | None:
        """The files that this tool reads, as far as its settings name them; a result is reused while they are the same.

        None: the result depends on something else outside, as a clock, chance or a database, and is never reused.
        Files that the data names are told to `Context.has_read`.
        """
        return ()

    def open(self, context: Context) -> None:
        """Get ready: check early whatever would be a pity to find out late (a missing folder, a name taken)."""
        self.context = context

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        """Work on a batch."""
        yield from ()

    def take_note(self, note: Any) -> None:
        """Keep in mind what was said to `Context.note`, for a message at the end.

        Notes come in the order of the records, wherever those were worked on.
        """

    def finish(self, anchor: str) -> Iterator[Emission]:
        """Nothing more comes from this anchor."""
        yield from ()

    def complete(self) -> Iterator[Emission]:
        """Nothing more comes at all. A source does all of its work here."""
        yield from ()

    def satisfied(self) -> bool:
        """True once nothing that could still arrive would change what leaves: the rest of the input is not read."""
        return False

    # As a part of one query; see `engine.lines`

    def relation(self, below: Relation, anchor: str) -> Relation | None:
        """What leaves by `anchor`, as SQL, if `below` enters by the anchor that is not `first`.

        Asked while the tool runs, when many records have come. None: it cannot be said, or something must be told of
        single records; then all goes on as usual. Else nothing more comes to `process` before `counted`, and what has
        come counts again.
        """
        return None

    def counted(self, tally: Tally) -> None:
        """All records have passed by, within the query; called before `finish`."""

    def ask(self, below: Relation, entering: pa.Schema) -> LineFeed | None:
        """Ask its own query of `below` from now on, made of records `entering`, and forget what has come.

        Asked like `relation`. What is given back takes the records; its result is that of the tool.
        """
        return None

    def close(self, failed: bool) -> None:
        """Let go of everything. `failed`: also where the run was cancelled or this tool was never finished."""


def _generic_bases(cls: type) -> Iterator[Any]:
    for base in cls.__mro__:
        yield from base.__dict__.get("__orig_bases__", ())


class Source(Tool[C]):
    """A tool that brings records in. Reading runs ahead of the rest in a thread of its own."""

    inputs = ()

    def read(self) -> Iterator[pa.RecordBatch]:
        """Yield the batches that leave by `out`."""
        raise NotImplementedError

    def complete(self) -> Iterator[Emission]:
        for batch in self.read():
            yield "out", batch


class Map(Tool[C]):
    """A tool that turns each batch into one batch, whatever came before."""

    stateless = True

    def apply(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch that leaves by `out`; it may have fewer rows, or none."""
        raise NotImplementedError

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        yield "out", self.apply(batch)


class Gather(Tool[C]):
    """A tool that must have seen all records first. They are set aside, past a budget on disk."""

    def open(self, context: Context) -> None:
        super().open(context)
        self._streams: dict[str, Spool] = {name: context.spool(schema) for name, schema in context.inputs.items()}

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        self._streams[anchor].append(batch)
        yield from ()

    def result(self, streams: Mapping[str, Spool]) -> Iterator[Emission]:
        """Everything that leaves, from everything that came, by input anchor."""
        raise NotImplementedError

    def complete(self) -> Iterator[Emission]:
        yield from self.result(self._streams)

    def close(self, failed: bool) -> None:
        for stream in getattr(self, "_streams", {}).values():
            stream.close()


class Sink(Tool[C]):
    """A tool that takes records out. Nothing appears under its final name before `commit`."""

    outputs = ()

    def schema(self, inputs: Schemas) -> Mapping[str, pa.Schema | None]:
        return {}

    def write(self, batch: pa.RecordBatch) -> None:
        """Take a batch."""
        raise NotImplementedError

    def commit(self) -> None:
        """Everything came: make the result appear, whole."""
        raise NotImplementedError

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        self.write(batch)
        yield from ()

    def complete(self) -> Iterator[Emission]:
        self.commit()
        yield from ()
