r"""Paths, as texts: `/` and `\` both separate, whatever system the path came from."""

from __future__ import annotations

from engine.expression.function import Function

_LAST = r"regexp_extract({path}, '[^/\\]*$')"
_EXTENSION = r"'[^.](\.[^.]*)$'"  # a name that begins with a dot has no extension for that alone

FUNCTIONS = [
    Function(
        "File",
        "FileGetFileName(path: text) -> text",
        "The file's name, without folder and extension. FileGetFileName(FileGetDir([FullPath])) is the folder's name.",
        "FileGetFileName('C:\\images\\bart_simpson\\pic_0001.jpg')",
        "pic_0001",
        rf"regexp_replace({_LAST}, '([^.])\.[^.]*$', '\1')",
    ),
    Function(
        "File",
        "FileGetDir(path: text) -> text",
        "The folder that the file is in, without separator at its end.",
        "FileGetDir('/images/bart_simpson/pic_0001.jpg')",
        "/images/bart_simpson",
        r"CASE WHEN regexp_matches({path}, '^[/\\][^/\\]*$') THEN left({path}, 1)"
        r" WHEN regexp_matches({path}, '[/\\]') THEN regexp_replace({path}, '[/\\]+[^/\\]*$', '')"
        " WHEN {path} IS NOT NULL THEN '' END",
    ),
    Function(
        "File",
        "FileGetExt(path: text) -> text",
        "The file's extension with its dot; empty if there is none.",
        "FileGetExt('/images/pic_0001.jpg')",
        ".jpg",
        f"regexp_extract({_LAST}, {_EXTENSION}, 1)",
    ),
    Function(
        "File",
        "FileAddPaths(folder: text, path: text) -> text",
        r"Two parts of a path put together, with one separator between them: `\` if there is one in it, else `/`.",
        "FileAddPaths('C:\\images\\', 'bart.jpg')",
        "C:\\images\\bart.jpg",
        r"CASE WHEN {folder} = '' THEN {path} ELSE regexp_replace({folder}, '([^/\\])[/\\]+$', '\1')"
        r" || CASE WHEN regexp_matches({folder}, '^[/\\]$') THEN ''"
        r" WHEN contains({folder}, '\') THEN '\' ELSE '/' END || ltrim({path}, '/\') END",
    ),
    Function(
        "File",
        "FileExists(path: text) -> bool",
        "Whether there is such a file or folder when the workflow runs; relative to the workflow file.",
        "FileExists('/no/such/file')",
        False,
        "flowrun_file_exists({home}, {path})",
        volatile=True,
    ),
]
