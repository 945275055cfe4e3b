import json

import pytest
from pydantic import TypeAdapter, ValidationError

from app.programs import examples, inputs
from app.programs.definition import Definition
from app.programs.presets import PRESETS, preset
from app.programs.specs import CriterionSpec
from app.programs.windows import WindowSpec

WINDOW = TypeAdapter(WindowSpec)


@pytest.mark.parametrize(
    "value",
    [
        {"rolling_days": 0}, {"rolling_days": 36_500}, {"rolling_months": 1},
        {"rolling_months": 1_200}, {"anniversary": 12}, {"calendar": "month"},
        {"previous": "half"}, {"fiscal_year": "04-01"}, {"fiscal_year": "02-29"}, "lifetime",
    ],
)  # fmt: skip
def test_a_window_is_written_as_it_was_read(value):
    assert WINDOW.dump_python(WINDOW.validate_python(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        {"rolling_days": -1}, {"rolling_days": 36_501}, {"rolling_days": True},
        {"rolling_days": 1.0}, {"rolling_days": "30"}, {"rolling_months": 0}, {"anniversary": 0},
        {"anniversary": 1_201}, {"calendar": "week"}, {"calendar": 1}, {"previous": None},
        {"fiscal_year": "4-1"}, {"fiscal_year": "02-30"}, {"fiscal_year": "00-10"},
        {"fiscal_year": "13-01"}, {"fiscal_year": "04-01\n"}, {"fiscal_year": 401},
        {"rolling_days": "04-01"}, {"lifetime": 1}, {"weekly": 1}, {}, [], None, 30, "forever",
        {"rolling_days": 30, "rolling_months": 1},
    ],
)  # fmt: skip
def test_what_is_no_window_is_refused(value):
    with pytest.raises(ValidationError) as refused:
        WINDOW.validate_python(value)

    assert [error["type"] for error in refused.value.errors()] == ["window_invalid"]


@pytest.mark.parametrize(
    "value",
    [
        {"metric": "spend", "at_least": "0"}, {"metric": "orders", "at_least": 0},
        {"metric": "largest_order", "at_least": "10.5"}, {"tag": "vip"},
        {"metric": "points", "at_least": 10**15, "window": "lifetime"},
    ],
)  # fmt: skip
def test_a_criterion_is_written_as_it_was_read(value):
    assert CriterionSpec.model_validate(value).model_dump() == value


@pytest.mark.parametrize(
    "value",
    [
        {}, {"window": "lifetime"}, {"metric": "spend"}, {"at_least": "1"},
        {"metric": "tags", "at_least": 1}, {"metric": "spend", "at_least": 1},
        {"metric": "orders", "at_least": "1"}, {"metric": "orders", "at_least": 1.0},
        {"metric": "orders", "at_least": -1}, {"metric": "orders", "at_least": 10**15 + 1},
        {"metric": "orders", "at_least": True}, {"metric": "spend", "at_least": "01"},
        {"metric": "spend", "at_least": "1,5"}, {"metric": "spend", "at_least": "NaN"},
        {"metric": "spend", "at_least": "\u0661"}, {"tag": ""}, {"tag": "x", "at_least": 1},
        {"tag": "x", "window": "lifetime"}, {"tag": "x", "metric": "spend", "at_least": "1"},
        {"metric": "spend", "at_least": "1", "window": None},
    ],
)  # fmt: skip
def test_what_is_no_criterion_is_refused(value):
    with pytest.raises(ValidationError):
        CriterionSpec.model_validate(value)


@pytest.mark.parametrize("name", PRESETS)
def test_a_stored_definition_reads_as_the_same_value(name):
    made = Definition.of(preset(name, "EUR", "Europe/Vilnius"))
    stored = json.loads(made.model_dump_json())

    assert Definition.model_validate(stored) == made
    assert Definition.of(stored) == made


def test_what_the_database_does_to_objects_does_not_show():
    raw = preset("classes", "EUR", "UTC")
    raw["settings"]["stages"] = {"z": {}, "aa": {}, **raw["settings"]["stages"]}

    made = Definition.of(raw)

    assert list(made.settings.stages) == ["aa", "classes", "z"]


@pytest.mark.parametrize("model", [inputs.TierIn, inputs.StageIn])
def test_the_document_tells_the_defaults(model):
    properties = model.model_json_schema()["properties"]

    given = {name: one["default"] for name, one in properties.items() if "default" in one}
    assert given["enabled"] is True
    assert "default" not in properties["key"]
    example = model.model_json_schema()["examples"][0]
    assert model.model_validate(example).key == example["key"]


def test_examples_are_what_the_service_would_say():
    tier = examples.example(examples.GOLD_EDITED)

    assert tier["criteria"] == [{"metric": "spend", "at_least": "10000.00"}]
    assert tier["published"]["check_due_at"] == "2026-11-22T10:20:30Z"
