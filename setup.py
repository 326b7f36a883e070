"""Everything about the package stands in pyproject.toml; this builds the canvas that a wheel brings along."""

import shutil
import subprocess
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
BUILT = ROOT / "engine" / "server" / "static" / "index.html"


class BuildWithCanvas(build_py):
    """A checkout that is installed to be edited has its canvas built by `flowrun serve`; a wheel needs it now."""

    def run(self) -> None:
        """Build the canvas where it is missing, then the packages."""
        if not self.editable_mode and not BUILT.is_file():
            build_canvas()
        super().run()


def build_canvas() -> None:
    """Run npm in `frontend/`.

    Raises:
        SystemExit: there is no npm, or it failed.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("A wheel brings the canvas, and there is no npm to build it: install Node.js 20 or newer.")
    for words in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
        if subprocess.run([npm, *words], cwd=ROOT / "frontend", check=False).returncode:  # noqa: S603
            raise SystemExit(f"`npm {' '.join(words)}` failed in frontend; its output stands above.")


setup(cmdclass={"build_py": BuildWithCanvas})
