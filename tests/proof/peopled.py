"""People in the recorded order: who represents whom, is merged, is erased. Page 2, 3 and 16."""

from datetime import date
from typing import Any

from .gaps import Gap, Silent
from .model import (
    Json,
    Judged,
    Represents,
    judged_orders,
    kept_id,
    representing,
)
from .moves import Held
from .world import World


class Peopled(World):
    """A world whose people come, represent and go."""

    def on_put_customer(self, told_: Json) -> None:
        self.put(f"customer:{told_['id']}", told_)

    def on_put_organization(self, told_: Json) -> None:
        self.put(f"organization:{told_['id']}", told_)

    def put(self, member: str, given: Json) -> None:
        """Section 7: tags and joined_on decide with occasion membership when they change."""
        self.writable(member)
        person = self.facts.people.get(member, {})
        names = given.keys() & {"tags", "joined_on"}
        proposed: Json = person | {name: given[name] for name in names}
        changed = {member} if traits(person) != traits(proposed) else set()

        def act() -> set[str]:
            self.facts.people[member] = proposed
            named = changed | self.meet(member)
            if "organization_id" in given:
                named |= self.link(given["id"], given["organization_id"], {})
            return named

        self.affect("membership", act)

    def on_represent(self, pair: Json) -> None:
        self.writable(f"customer:{pair['customer_id']}")
        dates = {key: pair[key] for key in ("from", "until") if pair.get(key)}
        self.affect("membership", lambda: self.join(pair["customer_id"], pair, dates))

    def on_unrepresent(self, pair: Json) -> None:
        self.writable(f"customer:{pair['customer_id']}")
        named = pair["organization_id"]
        self.affect("membership", lambda: self.leave(pair["customer_id"], named))

    def link(self, customer: str, organization: str | None, dates: Json) -> set[str]:
        """Section 16: another organization adds a representation; null ends the one in force."""
        if organization is not None:
            holds = representing(self.facts, customer, self.today)
            pair = {"organization_id": organization}
            return self.join(customer, pair, dates, anew=holds not in {None, organization})
        named = {one.organization for one in self.in_force(customer)}
        if len(named) > 1:
            raise Silent(Gap.twice_represented)
        return self.leave(customer, named.pop()) if named else set()

    def in_force(self, customer: str) -> list[Represents]:
        """The representations of a customer that have not ended before today."""
        mine = [one for one in self.facts.represented if one.customer == customer]
        return [one for one in mine if one.until is None or one.until >= self.today]

    def join(self, customer: str, pair: Json, dates: Json, *, anew: bool = False) -> set[str]:
        """Section 3: a new representation; told again unchanged it changes nothing.

        `anew`: another organization holds, so that this one is recorded last (section 16).
        """
        organization = pair["organization_id"]
        since = date.fromisoformat(dates.get("from", self.today.isoformat()))
        until = date.fromisoformat(dates["until"]) if "until" in dates else None
        same = [one for one in self.in_force(customer) if one.organization == organization]
        if same and anew:
            until = same[-1].until
        elif same:
            if same[-1].until != until or ("from" in dates and same[-1].since != since):
                raise Silent(Gap.changed_dates)
            return set()
        self.facts.represented.append(Represents(customer, organization, since, until))
        self.meet(f"customer:{customer}", f"organization:{organization}")
        return {f"customer:{customer}", f"organization:{organization}"}

    def leave(self, customer: str, organization: str) -> set[str]:
        """Section 3: DELETE ends it with today, which is its last day."""
        found = False
        for index, one in enumerate(self.facts.represented):
            open_ended = one.until is None or one.until > self.today
            if (one.customer, one.organization) == (customer, organization) and open_ended:
                self.facts.represented[index] = one._replace(until=self.today)
                found = True
        return {f"customer:{customer}", f"organization:{organization}"} if found else set()

    def customer_linked(self, told_: Json) -> None:
        """Page 4's event of the same meaning as a representation that is put."""
        self.writable(f"customer:{told_['id']}")
        dates = {"from": told_["from"]} if told_.get("from") else {}

        def act() -> set[str]:
            named = self.link(told_["id"], told_.get("organization_id"), dates)
            return named | self.meet(f"customer:{told_['id']}")

        self.affect("membership", act)

    def customer_merged(self, pair: Json) -> None:
        """Section 3: all facts to the kept one; the removed one's positions end."""
        kept = str(kept_id(self.facts, pair["kept_id"]))
        gone = pair["removed_id"]
        if gone in self.facts.merged or gone == kept or {gone, kept} & self.facts.redacted:
            raise Silent(Gap.merge_cycle)

        def act() -> set[str]:
            self.end(f"customer:{gone}", "merged")
            self.facts.merged[gone] = kept
            self.facts.represented = [
                one._replace(customer=kept) if one.customer == gone else one
                for one in self.facts.represented
            ]
            self.meet(f"customer:{kept}")
            return {f"customer:{kept}"}

        self.affect("membership", act)

    def customer_redacted(self, told_: Json) -> None:
        """Section 3: the identity goes, anonymous totals stay, positions end."""
        if told_.get("order_ids"):
            raise Silent(Gap.redacted_orders)
        member = f"customer:{told_['id']}"
        self.writable(member)
        dated = self.facts.settings["pooling"] == "dated"
        later = [one for one in self.orders_of(told_["id"]) if not dated or one.day > self.today]
        if later and self.in_force(told_["id"]):
            raise Silent(Gap.redacted_ahead)
        self.end(member, "redacted")
        if member in self.known:
            self.note(member, None, None, None, self.now("membership"), "redacted", {})
        self.facts.redacted.add(told_["id"])
        self.known.pop(member, None)

    def orders_of(self, customer: str) -> list[Judged]:
        found = judged_orders(self.facts, self.today)
        return [one for one in found if one.customer == customer and one.because is None]

    def end(self, member: str, reason: str) -> None:
        """Sections 3 and 16: positions end with occasion membership, also while disabled."""
        for ladder in self.ladders:
            held = self.held.pop((member, ladder.name), Held())
            if held.level is not None:
                self.note(member, ladder, held.level, None, self.now("membership"), reason, {})
        self.known.pop(member, None) if reason == "merged" else None


def traits(person: Json) -> tuple[set[str], Any]:
    return set(person.get("tags") or []), person.get("joined_on")
