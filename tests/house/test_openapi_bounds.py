"""The bounds that page 6, section 4 names for what comes in are in the document, everywhere."""

import pytest

from app.main import openapi_document

SMALL = {"null", "boolean", "integer", "number", "array", "object"}


@pytest.fixture(scope="module")
def document():
    return openapi_document()


@pytest.fixture(scope="module")
def sent(document):
    """(schema, field) → what is said of a field of a body."""
    return {
        (name, field): said
        for name, schema in document["components"]["schemas"].items()
        if name.endswith(("In", "Patch"))
        for field, said in schema.get("properties", {}).items()
    }


def parameters(document):
    for path, item in document["paths"].items():
        for operation in item.values():
            for one in operation.get("parameters", ()):
                yield path, one["name"], one["schema"]


def texts(said):
    """The texts that a schema admits."""
    return [one for one in said.get("anyOf", [said]) if one.get("type", "string") not in SMALL]


def test_a_page_has_250_at_most(document):
    found = {(one["maximum"], one["default"]) for _, name, one in parameters(document)
             if name == "limit"}  # fmt: skip

    assert found == {(250, 50)}


def test_a_reason_has_3_to_500_characters(sent):
    asked = {name: texts(said)[0] for (name, field), said in sent.items() if field == "reason"}
    asked.pop("InboundReplayIn")  # the name of a reason to choose events by

    assert set(asked) >= {"OverrideIn", "PointsIn", "CheckIn"}
    assert {(one["minLength"], one["maxLength"]) for one in asked.values()} == {(3, 500)}


def test_an_id_has_255_characters_at_most(document, sent):
    named = [said for _, name, said in parameters(document) if name.endswith("_id")]
    named += [said for (_, field), said in sent.items() if field == "id" or field.endswith("_id")]
    bounds = {one.get("maxLength", one.get("format", one.get("pattern", "none")))
              for said in named for one in texts(said)}  # fmt: skip

    assert {one for one in bounds if isinstance(one, int)} == {255}
    assert "none" not in bounds


def test_lists_of_ids_and_lines_have_500_at_most(sent):
    assert sent["LookupIn", "ids"]["maxItems"] == 500
    assert sent["QuoteIn", "lines"]["maxItems"] == 500
