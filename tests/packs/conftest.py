"""A tiny toolkit of another action, and copies of it that a test may spoil."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from nvap.errors import InputFault
from nvap.packs import read_pack
from nvap.packs.model import Pack

TINY = Path(__file__).parent / "tiny-pack"


class Copy:
    """A copy of the tiny pack on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def change(self, file: str, old: str, new: str) -> Copy:
        """Replace the first `old` in a file, which must hold it."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} does not hold {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return self

    def add(self, file: str, text: str) -> Copy:
        """Append to a file, made when it is not there."""
        with (self.folder / file).open("a", encoding="utf-8") as opened:
            opened.write(text)
        return self

    def line(self, file: str, holding: str) -> int:
        """The first line, from 1, that holds some text."""
        lines = (self.folder / file).read_text(encoding="utf-8").splitlines()
        return next(number for number, line in enumerate(lines, 1) if holding in line)

    def read(self) -> Pack:
        """The pack as it now stands."""
        return read_pack(self.folder)

    def faults(self) -> list[str]:
        """Its faults, with paths from the pack's folder."""
        with pytest.raises(InputFault) as caught:
            self.read()
        return [each.removeprefix(f"{self.folder}/") for each in caught.value.faults]


@pytest.fixture
def tiny(tmp_path: Path) -> Copy:
    """A copy to spoil."""
    return Copy(Path(shutil.copytree(TINY, tmp_path / "pack")))


@pytest.fixture
def another(tmp_path: Path) -> Callable[[str], Copy]:
    """Further copies, by name."""
    return lambda name: Copy(Path(shutil.copytree(TINY, tmp_path / name)))


@pytest.fixture(scope="session")
def tiny_pack() -> Pack:
    """The tiny pack as it is."""
    return read_pack(TINY)
