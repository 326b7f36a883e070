"""Delimited text: .csv, .tsv, .txt."""

from __future__ import annotations

from tools.in_out.formats.csv.options import ReadOptions, WriteOptions
from tools.in_out.formats.csv.reader import Reader
from tools.in_out.formats.csv.writer import Writer, check_fields

EXTENSIONS = (".csv", ".tsv", ".txt")
GUESSES_TYPES = True

__all__ = ["EXTENSIONS", "GUESSES_TYPES", "ReadOptions", "Reader", "WriteOptions", "Writer", "check_fields"]
