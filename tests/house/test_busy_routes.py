"""What is asked all day is found first, and no address leads elsewhere for it."""

import re

import pytest

from app.main import BUSY, SERVED, create_app
from app.settings import Settings

FOUND = [(method, route.path) for route in SERVED for method in sorted(route.methods)]


@pytest.fixture(scope="module")
def searched():
    return create_app(Settings.model_construct()).router.routes


def first(routes, method, address):
    return next(
        route
        for route in routes
        if method in (getattr(route, "methods", None) or ()) and route.path_regex.match(address)
    )


def test_every_busy_address_is_served():
    assert {route.path for route in SERVED} >= BUSY


def test_busy_routes_come_before_all_others(searched):
    is_busy = [getattr(route, "path", None) in BUSY for route in searched]
    assert is_busy == sorted(is_busy, reverse=True)


@pytest.mark.parametrize(("method", "path"), FOUND)
def test_an_address_leads_where_its_router_says(searched, method, path):
    address = re.sub(r"\{[^}]+\}", "x", path)
    assert first(searched, method, address) is first(SERVED, method, address)
