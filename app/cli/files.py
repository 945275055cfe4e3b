"""The files of an import, as a command is given them."""

from collections.abc import Iterator
from pathlib import Path

from app.cli.opening import Refused
from app.inbound.imports import files as imports_files
from app.inbound.imports.files import Form
from app.inbound.imports.lines import FileRefused, Line


class Lines:
    """One file, plain or compressed; `read` is how far it has been read, of `size` bytes."""

    def __init__(self, path: Path, form: Form) -> None:
        self.path = path
        self.size = path.stat().st_size
        self.read = 0
        self._form = form

    def lines(self) -> Iterator[Line]:
        """Its lines, blank ones left out. Raises Refused when it cannot be read on."""
        try:
            with self.path.open("rb") as file:
                for line in imports_files.lines_of(file, self._form):
                    self.read = file.tell()
                    yield line
        except (FileRefused, OSError) as error:
            message = f"{self.path}: {error}"
            raise Refused(message) from None


def form_of(path: Path, kind: str, form: str | None, encoding: str) -> Form:
    """How a file is written; unless it is said, its name tells. Raises Refused."""
    found = form or imports_files.form_of(path.name)
    if found is None:
        message = f"{path}: say --format {', --format '.join(imports_files.FORMS)}."
        raise Refused(message)
    return Form(kind, found, encoding)
