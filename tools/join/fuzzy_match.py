"""FuzzyMatch: pairs of records that are nearly the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field as ConfigField
from pydantic import model_validator

from engine.batches import MAX_ROWS
from engine.context import Context
from engine.errors import ToolError
from engine.tool import Config, Emission, FieldName, Schemas, TextName, Tool, hint
from engine.types import BLOBS, TEXTS, Field, FieldType, find_field
from tools._matching.keys import Candidates, KeyKind, cleaned, combined, keys_of, texts_of
from tools._records.groups import Numbers
from tools._records.naming import free_name

_PAIRS = 1 << 18  # compared at once
_MOST_PAIRS = 2_000_000_000  # some ten minutes of one core
Doubles = np.ndarray[Any, np.dtype[np.float64]]


class MatchField(Config):
    """A field that is compared."""

    field: TextName
    """The text field."""
    key: KeyKind = "soundex"
    """What its key is made of: `soundex`, how it sounds in English; `whole`, the text without blanks; `digits`, such as
    those of an address; `none`, which compares the field without narrowing down what is compared."""
    each_word: bool = False
    """Whether each word makes a key: two texts then share one where any of their words does."""
    key_length: int | None = ConfigField(default=None, ge=1)
    """How many characters of a key count, such as 3 with `whole` for the first three letters."""
    compare: Literal["best", "jaro", "levenshtein", "words", "key"] = "best"
    """How alike two texts are: `jaro`, by letters in common, good for short names; `levenshtein`, by edits; `best`, the
    greater of both; `words`, by edits whatever the order of their words; `key`, the shared key is enough."""
    threshold: Annotated[float, hint(label="Threshold (%)")] = ConfigField(default=0, ge=0, le=100)
    """How alike this field must be at the least, in per cent."""
    weight: float = ConfigField(default=1, gt=0)
    """How much it counts beside the other fields."""
    clean: bool = True
    """Whether capitals, accents, punctuation and further blanks make no difference."""


class FuzzyMatchConfig(Config):
    mode: Literal["purge", "merge"] = "purge"
    """Purge compares all records with each other; merge only those of different sources."""
    id: Annotated[FieldName, hint(label="Record ID field")]
    """The field that tells records apart, such as that of RecordID."""
    source: Annotated[FieldName, hint(label="Source field", when={"mode": ["merge"]})] = ""
    """Merge: the field that says which source a record is from."""
    fields: Annotated[list[MatchField], hint(label="Match fields"), ConfigField(min_length=1)]
    """What is compared."""
    threshold: Annotated[float, hint(label="Match threshold (%)")] = ConfigField(default=80, ge=0, le=100)
    """How alike two records must be at the least: the weighted mean over the fields, in per cent."""
    score: Annotated[bool, hint(label="Output the match score")] = True
    """Whether `MatchScore` leaves, too."""
    keys: Annotated[bool, hint(label="Output the match key")] = False
    """Whether `MatchKey` leaves, too: the key that both records have."""
    unmatched: Annotated[bool, hint(label="Output unmatched records")] = False
    """Whether records without a match leave, too, behind the others, with Null for the second."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.mode == "merge") != bool(self.source):
            raise ValueError("merge needs a `source`, the field that says where a record is from; purge has none")
        return self


class FuzzyMatch(Tool[FuzzyMatchConfig]):
    """Find records that are nearly the same: names with slips, addresses written in two ways.

    A record leaves for each pair that is alike enough: the `id` of the one that came first, that of the other (with a 2
    behind its name), and `MatchScore`. MakeGroup makes groups of the pairs; Join brings back the other fields. To match
    two tables, put them together with Union, with a field that names the source, and choose merge.

    Only records that share a key are compared: of 100,000 records all pairs would be five billion. A key is made of the
    keys of all fields that have one, and there may be several for a record where each word makes one. The longer and
    rarer keys are, the faster it is, and the more it misses: what sounds different is never compared. How many pairs
    were compared is said at the end; some million go into a second. An empty text is like nothing and has no key.

    All ids and compared texts are held in memory.

    Example: `{tool: FuzzyMatch, id: RecordID, fields: [{field: Name, key: soundex, each_word: true}], threshold: 85}`
    """

    keywords = (
        "similar",
        "duplicates",
        "deduplicate",
        "record linkage",
        "soundex",
        "jaro",
        "levenshtein",
        "approximate",
    )

    def schema(self, inputs: Schemas) -> dict[str, pa.Schema]:
        entering = inputs["in"]
        id_ = find_field(entering, self.config.id, setting="id")
        if id_.type in BLOBS:
            raise ToolError(f"[{id_.name}] is a {id_.type}; it cannot tell records apart.", setting="id")
        if self.config.source:
            find_field(entering, self.config.source, setting="source")
        for place, line in enumerate(self.config.fields):
            field = find_field(entering, line.field, setting=f"fields.{place}.field")
            if field.type not in TEXTS:
                message = f"[{field.name}] is {field.type}; texts are compared."
                raise ToolError(message, hint="Make it V_WString with Select first.", setting=f"fields.{place}.field")
        arrow = entering.field(id_.name)
        fields = [arrow, arrow.with_name(f"{id_.name}2")]
        for wanted, new in (("score", Field("MatchScore", FieldType.Double)), ("keys", _text("MatchKey"))):
            if getattr(self.config, wanted):
                fields.append(new.with_(name=free_name(new.name, (field.name for field in fields))).arrow())
        return {"out": pa.schema(fields)}

    def open(self, context: Context) -> None:
        super().open(context)
        entering = context.inputs["in"]
        self._out = self.schema(context.inputs)["out"]
        self._id = find_field(entering, self.config.id).name
        self._source = find_field(entering, self.config.source).name if self.config.source else ""
        self._fields = [find_field(entering, line.field).name for line in self.config.fields]
        wanted = dict.fromkeys([self._id, *([self._source] if self._source else []), *self._fields])
        self._fed = pa.schema([entering.field(name) for name in wanted])
        self._batches: list[pa.RecordBatch] = []

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        self._batches.append(batch.select(self._fed.names))
        yield from ()

    def complete(self) -> Iterator[Emission]:
        records = pa.Table.from_batches(self._batches, schema=self._fed).combine_chunks()
        self._check_ids(records)
        candidates = self._candidates(records)
        first, second, scores, keys = self._matches(candidates)
        yield from self._emitted(records, [first, second], [scores, candidates.names(keys)])
        self.context.info(
            f"{candidates.count:,} pairs of {records.num_rows:,} records share one of {candidates.distinct:,} keys; "
            f"of these {len(first):,} are alike."
        )

    def _check_ids(self, records: pa.Table) -> None:
        ids = records[self._id]
        counted = ids.value_counts()
        double = counted.filter(pc.greater(counted.field("counts"), 1))
        if len(double) or ids.null_count:
            which = "is Null" if ids.null_count else f"has {double[0]['values'].as_py()!r} more than once"
            message = f"[{self._id}] {which}; it must tell records apart."
            raise ToolError(message, hint="Number the records with RecordID first.", setting="id")

    def _candidates(self, records: pa.Table) -> Candidates:
        self._texts, keys = [], []
        for name, line in zip(self._fields, self.config.fields, strict=True):
            texts = _one(records[name]).cast(pa.string())
            texts = cleaned(texts) if line.clean else texts
            self._texts.append(texts_of(texts))
            if line.key != "none":
                keys.append(keys_of(texts, line.key, line.each_word, line.key_length))
        self._sources = _one(records[self._source]).dictionary_encode().indices.fill_null(-1) if self._source else None
        every = combined(keys, records.num_rows)
        without = sum(not own for own in every)
        if without:
            text = "1 record has no key and was" if without == 1 else f"{without:,} records have no key and were"
            self.context.warning(f"{text} compared with none.", hint="Choose keys of fuller fields.")
        return self._bounded(Candidates(every))

    def _bounded(self, candidates: Candidates) -> Candidates:
        if candidates.count > _MOST_PAIRS:
            key, count = candidates.most_common
            message = f"{candidates.count:,} pairs share a key, more than {_MOST_PAIRS:,}: '{key}' alone is the key of "
            hint = "Choose rarer keys: of more fields, longer, or not of each word."
            raise ToolError(f"{message}{count:,} records.", hint=hint, setting="fields")
        return candidates

    def _matches(self, candidates: Candidates) -> tuple[Numbers, Numbers, Doubles, Numbers]:
        """The pairs that are alike, each once, in order: both records, score, key."""
        nothing: list[Any] = [np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64)]
        found, done = [nothing], 0
        for first, second, keys in candidates.pairs(_PAIRS):
            done += len(first)
            self.context.progress(done / candidates.count, f"{done:,} pairs")
            chosen = np.flatnonzero(self._of_two_sources(first, second))
            chosen, scores = self._alike(first, second, chosen)
            found.append([first[chosen], second[chosen], scores, keys[chosen]])
        first, second, scores, keys = (np.concatenate(parts) for parts in zip(*found, strict=True))
        order = np.lexsort((keys, second, first))
        again = (np.diff(first[order], prepend=-1) == 0) & (np.diff(second[order], prepend=-1) == 0)
        order = order[~again]
        return first[order], second[order], scores[order], keys[order]

    def _of_two_sources(self, first: Numbers, second: Numbers) -> Any:
        if self._sources is None:
            return np.ones(len(first), bool)
        sources = self._sources.to_numpy()
        return sources[first] != sources[second]

    def _alike(self, first: Numbers, second: Numbers, chosen: Numbers) -> tuple[Numbers, Doubles]:
        """Which of the chosen pairs are alike enough, and how much; fields that rule a pair out end it at once."""
        sums = np.zeros(len(chosen))
        left = whole = sum(line.weight for line in self.config.fields)
        for line, texts in zip(self.config.fields, self._texts, strict=True):
            score = self._compared(line, texts[first[chosen]], texts[second[chosen]])
            sums += line.weight * score
            left -= line.weight
            good = (score >= line.threshold) & ((sums + 100 * left) / whole >= self.config.threshold)
            chosen, sums = chosen[good], sums[good]
        return chosen, sums / whole

    def _compared(self, line: MatchField, first: Any, second: Any) -> Doubles:
        from rapidfuzz import fuzz, process
        from rapidfuzz.distance import Jaro, Levenshtein

        if line.compare == "key":
            return np.full(len(first), 100.0)

        def alike(scorer: Any) -> Any:
            return process.cpdist(
                first, second, scorer=scorer, dtype=np.float64, workers=self.context.resources.threads
            )

        if line.compare == "words":
            return np.asarray(alike(fuzz.token_sort_ratio))
        wanted = {"jaro": [Jaro], "levenshtein": [Levenshtein]}.get(line.compare, [Jaro, Levenshtein])
        return np.asarray(100 * np.max([alike(measure.normalized_similarity) for measure in wanted], axis=0))

    def _emitted(self, records: pa.Table, pairs: list[Numbers], more: list[Any]) -> Iterator[Emission]:
        ids = _one(records[self._id])
        alone = np.setdiff1d(np.arange(len(ids)), np.concatenate(pairs)) if self.config.unmatched else pairs[0][:0]
        columns = [pa.array(pairs[0]), pa.array(pairs[1])]
        columns = [ids.take(pa.concat_arrays([columns[0], pa.array(alone)])), ids.take(columns[1])]
        columns += [
            pa.array(values)
            for values, wanted in zip(more, (self.config.score, self.config.keys), strict=True)
            if wanted
        ]
        full = [columns[0], *(pa.concat_arrays([column, pa.nulls(len(alone), column.type)]) for column in columns[1:])]
        for batch in pa.Table.from_arrays(full, schema=self._out).to_batches(max_chunksize=MAX_ROWS):
            yield "out", batch


def _text(name: str) -> Field:
    return Field(name, FieldType.V_WString)


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
