"""Delimited text: .csv, .tsv, .txt, also packed: .csv.gz, .csv.bz2, .csv.zip."""

from __future__ import annotations

from tools.in_out.formats._compressed import with_packed
from tools.in_out.formats.csv.options import ReadOptions, WriteOptions
from tools.in_out.formats.csv.reader import Reader
from tools.in_out.formats.csv.writer import Writer, check_fields

EXTENSIONS = with_packed(".csv", ".tsv", ".txt")
WRITES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
GUESSES_TYPES = True

__all__ = ["EXTENSIONS", "GUESSES_TYPES", "WRITES", "ReadOptions", "Reader", "WriteOptions", "Writer", "check_fields"]
