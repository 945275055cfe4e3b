"""Every operation of the OpenAPI document, and a request for it that any program understands."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from app.kit.openapi import METHODS
from app.main import openapi_document

DULL = {
    "check_id": "00000000-0000-0000-0000-000000000000",
    "override_id": "00000000-0000-0000-0000-000000000000",
    "endpoint_id": "00000000-0000-0000-0000-000000000000",
    "import_id": "00000000-0000-0000-0000-000000000000",
    "delivery_id": "00000000-0000-0000-0000-000000000000.1",
    "key_id": "000000000000",
    "target_id": "00000000-0000-0000-0000-000000000000",
    "date": "2026-11-22",
    "number": "1",
}


class Operation(NamedTuple):
    """`said`: the document's own object."""

    method: str
    path: str
    said: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    def at(self, **params: str) -> str:
        """Its address; parameters that are not given name nothing that is there."""
        names = {one["name"] for one in self.said.get("parameters", ()) if one["in"] == "path"}
        return self.path.format(
            **{name: params.get(name, DULL.get(name, "nobody")) for name in names}
        )


def operations(document: dict[str, Any] | None = None) -> Iterator[Operation]:
    """In the document's order."""
    paths = (document or openapi_document())["paths"]
    for path, item in paths.items():
        for method in METHODS:
            if method in item:
                yield Operation(method.upper(), path, item[method])
