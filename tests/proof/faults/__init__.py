"""Classic faults as data: in each file of this folder a table says what, where, and who sees it."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent


class Fault(NamedTuple):
    """`old` is in `file` once, `new` takes its place; `tests`: what an engineer there would run."""

    name: str
    says: str
    file: str
    old: str
    new: str
    tests: list[str]

    def broken(self, text: str) -> str:
        """The text of `file` with the fault. Raises ValueError where it does not fit any more."""
        if text.count(self.old) != 1:
            message = f"{self.name}: its place is not once in {self.file}"
            raise ValueError(message)
        return text.replace(self.old, self.new)

    @contextmanager
    def planted(self, tree: Path) -> Iterator[None]:
        """The tree has the fault until the block ends."""
        path = tree / self.file
        whole = path.read_text("utf-8")
        path.write_text(self.broken(whole), "utf-8")
        yield
        path.write_text(whole, "utf-8")


def faults() -> list[Fault]:
    """All of them, in the order of their names."""
    tables = [tomllib.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.toml")]
    return sorted(Fault(name, **said) for table in tables for name, said in table.items())
