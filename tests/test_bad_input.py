"""Whatever is wrong, the user reads one clear sentence with a way out, nothing half is left, and nothing hangs."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from PIL import Image

Flowrun = Callable[..., tuple[int, str]]


@pytest.fixture
def flowrun(tmp_path: Path) -> Flowrun:
    """Run `flowrun` on a workflow text: exit code, and all that it printed."""

    def call(text: str, *options: str) -> tuple[int, str]:
        (tmp_path / "w.yaml").write_text(dedent(text))
        command = [sys.executable, "-m", "engine.cli", "w.yaml", *options]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
        said = done.stderr + done.stdout
        assert "Traceback" not in said
        return done.returncode, said

    return call


PICTURES = """\
    nodes:
      images: {tool: Directory, path: pics, pattern: "*"}
      load: {tool: ImageInput, field: FullPath}
      scale: {tool: ImageProcessing, steps: [{step: scale, width: 8, height: 8}]}
      out: {tool: Output, path: out.yxdb}
    connections: [images -> load, load -> scale, scale -> out]
"""


def _bomb() -> bytes:
    """A PNG of 30,000 x 30,000 pixels in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def _jpeg(folder: Path) -> bytes:
    Image.effect_noise((64, 64), 50).save(folder / "whole.jpg")
    data = (folder / "whole.jpg").read_bytes()
    (folder / "whole.jpg").unlink()
    return data


BAD_PICTURES: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "a text called .jpg": (lambda _: b"this is no picture", "text.jpg"),
    "an empty file": (lambda _: b"", "empty.jpg"),
    "a truncated JPEG": (lambda folder: _jpeg(folder)[:400], "cut.jpg"),
    "a bomb": (lambda _: _bomb(), "bomb.png"),
}


@pytest.mark.parametrize("kind", BAD_PICTURES)
def test_a_bad_picture_is_named_and_nothing_half_is_left(tmp_path: Path, flowrun: Flowrun, kind: str) -> None:
    make, name = BAD_PICTURES[kind]
    pictures = tmp_path / "pics"
    pictures.mkdir()
    Image.new("RGB", (20, 20), "red").save(pictures / "good.png")
    (pictures / name).write_bytes(make(pictures))
    (tmp_path / "out.yxdb").write_bytes(b"the old file")
    code, said = flowrun(PICTURES)
    assert code == 1
    assert name in said
    assert (tmp_path / "out.yxdb").read_bytes() == b"the old file"
    assert not list(tmp_path.glob("*.part")) + list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize("policy", ["skip", "null"])
def test_bad_pictures_can_be_passed_over(tmp_path: Path, flowrun: Flowrun, policy: str) -> None:
    pictures = tmp_path / "pics"
    pictures.mkdir()
    Image.new("RGB", (20, 20), "red").save(pictures / "good.png")
    for make, name in BAD_PICTURES.values():
        (pictures / name).write_bytes(make(pictures))
    settings = ("--set", f"load.on_bad_image={policy}", "--set", f"scale.on_bad_image={policy}")
    code, said = flowrun(PICTURES, *settings)
    assert code == 0
    assert all(name in said for _, name in BAD_PICTURES.values())


def test_odd_but_good_pictures_pass(tmp_path: Path, flowrun: Flowrun) -> None:
    pictures = tmp_path / "pics"
    pictures.mkdir()
    Image.new("RGB", (1, 1), "red").save(pictures / "tiny.png")
    Image.new("CMYK", (20, 30)).save(pictures / "cmyk.jpg")
    Image.new("I;16", (20, 30), 40_000).save(pictures / "deep.png")
    Image.new("P", (20, 30)).save(pictures / "palette.gif")
    Image.new("RGBA", (20, 30), (255, 0, 0, 100)).save(pictures / "see-through.png")
    frames = [Image.new("P", (20, 30), n) for n in range(3)]
    frames[0].save(pictures / "moving.gif", save_all=True, append_images=frames[1:])
    code, said = flowrun(PICTURES)
    assert (code, "6 records" in said) == (0, True)


DATA = "a: {tool: TextInput, fields: {x: Int32, name: V_WString}, rows: [[1, Bart], [2, null]]}"

WRONG: dict[str, tuple[str, str]] = {
    "a tab": ("nodes:\n\ta: {}\n", "w.yaml:2:1: error: YAML is indented by spaces"),
    "a duplicate key": (f"nodes:\n  {DATA}\n  {DATA}\n", "w.yaml:3:3: error: The key 'a' stands twice"),
    "an unknown tool": ("nodes: {a: {tool: TextInputt}}", "There is no tool 'TextInputt'. Did you mean 'TextInput'?"),
    "an unknown setting": ("nodes: {a: {tool: Directory, pth: x}}", "Unknown setting 'pth'. Did you mean 'path'?"),
    "a wrong type": ("nodes: {a: {tool: CreateSamples, estimation: many}}", "estimation"),
    "a cycle": (
        "nodes: {a: {tool: Browse}, b: {tool: Filter, expression: 'true'}, c: {tool: Filter, expression: 'true'}}\n"
        "connections: [b.T -> c, c.T -> b]",
        "The connections form a cycle: b -> c -> b.",
    ),
    "an anchor that is not there": (
        f"nodes: {{{DATA}, b: {{tool: Browse}}}}\nconnections: [a.X -> b]",
        "no output 'X'",
    ),
    "a required anchor left open": ("nodes: {b: {tool: Browse}}", "No input is connected."),
    "a missing folder": ("nodes: {a: {tool: Directory, path: nowhere}}", "nowhere"),
    "a typo in a field": (
        f"nodes: {{{DATA}, b: {{tool: Filter, expression: '[nam] = 1'}}}}\nconnections: [a -> b]",
        "Did you mean 'name'?",
    ),
    "a typo in a function": (
        f"nodes: {{{DATA}, b: {{tool: Filter, expression: 'Contans([name], \"a\")'}}}}\nconnections: [a -> b]",
        "Contains",
    ),
    "a mistake in the syntax": (
        f"nodes: {{{DATA}, b: {{tool: Filter, expression: '([x] > 1'}}}}\nconnections: [a -> b]",
        "b (Filter)",
    ),
    "a folder's name that no folder can have": (
        f"nodes: {{a: {{tool: Directory, path: {'x' * 300}}}}}",
        "name too long",
    ),
    "a missing file": ("nodes: {a: {tool: Input, path: nowhere.csv}}", "nowhere.csv"),
    "an AMP file": ("nodes: {a: {tool: Input, path: amp.yxdb}}", "AMP"),
    "an output that is a folder": (
        f"nodes: {{{DATA}, b: {{tool: Output, path: folder.csv}}}}\nconnections: [a -> b]",
        "is a folder",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_workflow_is_explained(tmp_path: Path, flowrun: Flowrun, kind: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "amp.yxdb").write_bytes(
        b"Alteryx e2 Database file".ljust(64) + struct.pack("<II", 0x440208, 0x40000001)
    )
    text, message = WRONG[kind]
    code, said = flowrun(text)
    assert code == (1 if "is a folder" in message else 2)
    assert message in said


def test_a_file_cut_in_the_middle_is_found_before_the_run(tmp_path: Path, flowrun: Flowrun) -> None:
    assert flowrun(f"nodes: {{{DATA}, b: {{tool: Output, path: x.yxdb}}}}\nconnections: [a -> b]")[0] == 0
    whole = (tmp_path / "x.yxdb").read_bytes()
    (tmp_path / "x.yxdb").write_bytes(whole[: len(whole) // 2])
    code, said = flowrun("nodes: {a: {tool: Input, path: x.yxdb}}")
    assert code == 2
    assert "x.yxdb is damaged at byte" in said


def test_a_folder_without_match_is_no_failure(tmp_path: Path, flowrun: Flowrun) -> None:
    (tmp_path / "pics").mkdir()
    code, said = flowrun(PICTURES, "--set", "images.pattern=*.jpg")
    assert code == 0
    assert "0 records" in said
