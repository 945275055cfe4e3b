"""Two hostile values in one request: which fields go together, and the body that holds both."""

from collections.abc import Sequence
from itertools import combinations
from random import Random
from typing import Any

from tests.proof.fields import Field
from tests.proof.hostile import CORPORA, Value

Json = Any
Given = tuple[Field, Value]


def here(number: int) -> str:
    """What stands in a body where the value of this number goes."""
    return f"@here {number}@"


def pairs(rng: Random, fields: Sequence[Field], most: int) -> list[tuple[Given, Given]]:
    """So many pairs of fields, each with some value of its kind."""
    every = [*combinations(fields, 2)]
    chosen = rng.sample(every, min(most, len(every)))
    return [((one, _some(rng, one)), (two, _some(rng, two))) for one, two in chosen]


def merged(one: Json, two: Json) -> Json:
    """A body with what both hold; where they differ, what is a value's place, else the second."""
    if isinstance(one, dict) and isinstance(two, dict):
        shared = {name: merged(one[name], two[name]) for name in one.keys() & two.keys()}
        return {**one, **two, **shared}
    if isinstance(one, list) and isinstance(two, list):
        both = [merged(*pair) for pair in zip(one, two, strict=False)]
        return [*both, *one[len(both) :], *two[len(both) :]]
    return one if isinstance(one, str) and one.startswith("@here ") else two


def _some(rng: Random, field: Field) -> Value:
    return rng.choice(CORPORA[field.kind])
