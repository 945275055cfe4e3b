"""The B2B portal's loyalty program: rows of the parity table about stages and their origin."""

import asyncio
import json

from tests.api.parity import day, edit, seen, starting_with
from tests.cli.conftest import Tiers

MAPPING = {
    "row": "СкидкаНоменклатуры", "name": "Наименование", "percent": "ПроцентСкидки",
    "amount": "СуммаУсловия", "loyalty": "ПрограммаЛояльности",
}  # fmt: skip
DISCOUNT = (
    "<СкидкаНоменклатуры><Наименование>{}</Наименование><ПроцентСкидки>{}</ПроцентСкидки>"
    "<СуммаУсловия>{}</СуммаУсловия>{}</СкидкаНоменклатуры>\n"
)
FLAG = "<ПрограммаЛояльности>{}</ПрограммаЛояльности>"
DISCOUNTS = (
    ("Опт", "5", "100", FLAG.format(1)),
    ("Распродажа", "15", "0", FLAG.format(0)),
    ("Старт", "3", "50", FLAG.format(1)),
    ("Остатки", "20", "10", ""),
)


async def test_parity_closed_orders_of_30_days_move_one_stage_up_and_one_down(database_url):
    closed = {"status": "closed", "closed_at": "2026-10-26T10:00:00Z"}
    held = {}
    async with starting_with(database_url, "b2b_stages") as town:
        await edit(town, "settings", stages={"default": {"min_stay_days": 0}})
        await edit(town, "loyalty-stages/stage_2", move_to_next=False)
        await town.order("c-7", "12000.00", "2026-10-26")
        held["paid"] = await stages_of(town)
        await town.order("c-7", "12000.00", "2026-10-26", **closed)
        held["closed"] = await stages_of(town)
        for on in range(23, 29):
            await day(town, f"2026-11-{on}")
            held[on] = await stages_of(town)
            if on == 24:
                await edit(town, "loyalty-stages/stage_2", move_to_next=True)

    assert held == {
        "paid": [], "closed": ["stage_1"], 23: ["stage_2"], 24: ["stage_2"],
        25: ["stage_3"], 26: ["stage_2"], 27: ["stage_1"], 28: [],
    }  # fmt: skip


async def stages_of(town):
    return [one["key"] for one in await seen(town, "customers/c-7/stages")]


async def test_parity_discounts_imported_from_the_erp_by_their_loyalty_flag(database_url, tmp_path):
    file, mapping = tmp_path / "discounts.xml", tmp_path / "mapping.json"
    file.write_text(f"<a>{''.join(DISCOUNT.format(*one) for one in DISCOUNTS)}</a>", "utf-8")
    mapping.write_text(json.dumps(MAPPING), "utf-8")
    cart = {"lines": [{"product_id": "p1", "quantity": "1", "unit_price": "100.00"}]}
    async with starting_with(database_url, None) as town:
        words = ("import", "stages", file, "--mapping", mapping)
        program = f"t-{town.program_id.hex[:12]}"
        done = await asyncio.to_thread(Tiers(database_url), *words, "-p", program)
        stages = (await seen(town, "loyalty-stages"))["items"]
        await town.order("c-7", "60.00")
        quote = (await town.api.post("/v1/customers/c-7/quote", json=cart)).json()

    assert done.returncode == 0, done.stderr
    assert [(one["name"], one["amount"], one["discount_percent"]) for one in stages] == [
        ("Старт", "50.00", "3.00"),
        ("Опт", "100.00", "5.00"),
    ]
    assert (quote["lines"][0]["by"]["ladder"], quote["total"]) == ("default", "97.00")
