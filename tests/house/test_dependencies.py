"""What routes depend on runs on the event loop: a hop to a thread costs more than all they do."""

import inspect

from fastapi.routing import APIRoute

from app.main import SERVED


def _called(dependant):
    for one in dependant.dependencies:
        yield one.call
        yield from _called(one)


def _waits(call):
    parts = (call, type(call).__call__)
    return any(map(inspect.iscoroutinefunction, parts)) or inspect.isasyncgenfunction(call)


def test_no_dependency_runs_in_a_thread():
    routes = [route for route in SERVED if isinstance(route, APIRoute)]

    threaded = {call for route in routes for call in _called(route.dependant) if not _waits(call)}

    assert len(routes) > 100
    assert threaded == set()


def test_no_route_runs_in_a_thread():
    assert [one for one in SERVED if not inspect.iscoroutinefunction(one.endpoint)] == []
