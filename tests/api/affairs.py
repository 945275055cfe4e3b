"""Cases about people and organizations as rows: what happens, and what is seen then."""

from datetime import timedelta
from decimal import Decimal

from tests.api.town import DEFINITION, TODAY

YESTERDAY = TODAY - timedelta(1)
TOMORROW = TODAY + timedelta(1)
LAST_MONTH = TODAY - timedelta(30)
FLOOR = {"ladder": "tiers", "mode": "floor", "level": "gold", "reason": "Agreed"}


def definition(**settings):
    return {**DEFINITION, "settings": {**DEFINITION["settings"], **settings}}


def orders(customer, total, on=TODAY, **named):
    """`named`: the organization or the contract that the order names."""

    async def act(town, case):
        told = {f"{kind}_id": f"{case}-{one}" for kind, one in named.items()}
        await town.order(f"{case}-{customer}", total, on=on, **told)

    return act


def put(path, **body):
    return _calls("PUT", path, body)


def delete(path):
    return _calls("DELETE", path, None)


def post(path, **body):
    return _calls("POST", path, body)


def joins(customer, organization, **days):
    return put(f"organizations/@{organization}/representatives/@{customer}", **days)


def leaves(customer, organization):
    return delete(f"organizations/@{organization}/representatives/@{customer}")


def belongs(child, parent):
    return put(f"organizations/@{child}", parent_id=parent and f"@{parent}")


def agreed(contract, **days):
    """`contract`: as questions name it, `k:organization/contract`."""
    organization, name = contract.removeprefix("k:").split("/")
    return put(f"organizations/@{organization}/contracts/@{name}", **days)


def refused(act, code):
    """The call is a conflict of that code."""

    async def checked(town, case):
        answer = await act(town, case, expect=(409,))
        assert answer.json()["code"] == code, answer.text

    return checked


async def played(town, cases):
    """Case → what is seen after it; each has people of its own."""
    seen = {}
    for number, (name, (acts, expected)) in enumerate(cases.items()):
        for act in acts:
            await act(town, number)
        seen[name] = {question: await _seen(town, number, question) for question in expected}
    return seen


def expected_of(cases):
    return {name: expected for name, (_, expected) in cases.items()}


def _calls(method, path, body):
    async def act(town, case, expect=(200, 201, 204)):
        told = {name: _named(value, case) for name, value in (body or {}).items()}
        content = {} if body is None else {"json": told}
        answer = await town.api.request(method, f"/v1/{_named(path, case)}", **content)
        assert answer.status_code in expect, answer.text
        return answer

    return act


async def _seen(town, case, question):
    """`c1`: the tier enjoyed, `c1 own`: of itself, `c1 spend`: in all its days."""
    path, _, what = question.partition(" ")
    if what == "spend":
        kind = {"c": "customer", "o": "organization", "k": "contract"}[path[0]]
        spent = await town.spend(kind, _town_id(path, case))
        return str(Decimal(sum(spent.values())) / 100)
    answer = await town.api.get(f"/v1/{_place(path, case)}")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    tier = found["personal"]["tier"] if what == "own" else found["tier"]
    return tier and tier["key"]


def _town_id(name, case):
    return "/".join(f"{case}-{part}" for part in name.removeprefix("k:").split("/"))


def _place(name, case):
    kind = {"c": "customers", "o": "organizations"}.get(name[0])
    if kind is not None:
        return f"{kind}/{case}-{name}"
    organization, contract = _town_id(name, case).split("/")
    return f"organizations/{organization}/contracts/{contract}"


def _named(value, case):
    return value.replace("@", f"{case}-") if isinstance(value, str) else value
