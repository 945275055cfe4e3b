"""What is said of people on the stage: who they are, whom they represent, who is whom."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from app.customers import representing
from app.customers.models import Represents, Who
from app.customers.representing import Pair, Term
from app.evaluation.membership import Group
from app.evaluation.people import linked
from app.orders.facts import Fact
from app.policy.decision import Occasion
from tests.proof.ledger import who
from tests.proof.rounds import Rounds
from tests.proof.stage import UNHELD, Json

TERM = ("from", "until")


class Townsfolk(Rounds):
    """A stage with people."""

    def on_put_customer(self, told_: Json) -> None:
        self.put(who("customer", told_["id"]), told_)

    def on_put_organization(self, told_: Json) -> None:
        self.put(who("organization", told_["id"]), told_)

    def put(self, someone: Who, told_: Json) -> None:
        concerned = set(self.meet(someone))
        member = self.members[someone.member_id]
        was = (member.tags, member.joined_on)
        member.tags = frozenset(told_.get("tags", member.tags))
        if "joined_on" in told_:
            member.joined_on = date.fromisoformat(told_["joined_on"])
        if was != (member.tags, member.joined_on):
            concerned.add(someone.member_id)
        self.membership(concerned)

    def on_represent(self, pair: Json) -> None:
        customer, organization = couple(pair)
        fresh = self.meet(customer, organization)
        known = self.represents(customer.member_id)
        days = [date.fromisoformat(pair[one]) if pair.get(one) else None for one in TERM]
        ids = Pair(customer.member_id, organization.member_id)
        recorded = representing.recorded_now(known, self.at)
        said = representing.told(known, ids, self.today, Term(*days), recorded)
        self.membership(self.regroup(customer.member_id, said) | {*fresh})

    def on_unrepresent(self, pair: Json) -> None:
        customer, organization = couple(pair)
        known = self.represents(customer.member_id)
        own = [one for one in known if one.organization_id == organization.member_id]
        if any(one.until_on is None or one.until_on >= self.today for one in own):
            said = representing.parted(known, organization.member_id, self.today)
            self.membership(self.regroup(customer.member_id, said))

    def customer_linked(self, fact: Fact) -> None:
        named = fact.body.get("organization_id")
        customer = self.members_kept(who("customer", fact.body["id"]))
        organization = who("organization", named) if named else None
        fresh = self.meet(customer, *([organization] if organization else []))
        known = {customer.member_id: self.represents(customer.member_id)}
        group = Group(self.run(Occasion.membership), {}, known)
        begins = date.fromisoformat(fact.body["from"]) if "from" in fact.body else None
        wished = organization.member_id if organization else None
        said = linked(group, customer.member_id, wished, begins)
        self.membership(self.regroup(customer.member_id, said) | {*fresh})

    def members_kept(self, someone: Who) -> Who:
        kept = self.ledger.kept(someone.member_id)
        return self.members[kept].who if kept in self.members else someone

    def represents(self, customer: UUID) -> list[Represents]:
        return self.ledger.people.get(customer, [])

    def regroup(self, customer: UUID, said: Sequence[Represents]) -> set[UUID]:
        """As `membership.regroup`: the members that a change of representations concerns."""
        old, new = set(self.represents(customer)), set(said)
        if old == new:
            return set()
        self.ledger.people[customer] = newest_first(new)
        return {*self.settle(), customer} | {one.organization_id for one in old ^ new}

    def membership(self, members: Iterable[UUID]) -> None:
        self.decide(self.run(Occasion.membership), members)

    def customer_merged(self, fact: Fact) -> None:
        kept = self.members_kept(who("customer", fact.body["kept_id"]))
        removed = who("customer", fact.body["removed_id"])
        fresh = self.meet(kept, removed)
        self.end(removed.member_id, "merged")
        self.ledger.merge(removed.member_id, kept.member_id)
        own, passed = self.represents(kept.member_id), self.represents(removed.member_id)
        both = representing.passed_on(own, passed, kept.member_id)
        self.ledger.people.pop(removed.member_id, None)
        self.ledger.people[kept.member_id] = newest_first(both)
        self.membership({*self.settle(), *fresh, kept.member_id})

    def customer_redacted(self, fact: Fact) -> None:
        someone = who("customer", fact.body["id"])
        member = someone.member_id
        fresh = self.meet(someone)
        self.ledger.let_stand(self.book, member)
        said = representing.ended(self.represents(member), self.today)
        concerned = self.regroup(member, said)
        self.end(member, "redacted")
        if not fresh:
            told_ = {"ladder": None, "from": None, "to": None, "type": "customer.redacted"}
            more = {"direction": None, "reason": "redacted", "metrics": []}
            self.note(self.run(Occasion.membership), member, told_ | more)
        self.ledger.erased.add(member)
        self.membership(concerned)

    def end(self, member: UUID, reason: str) -> None:
        """Whatever the member holds ends, asleep or not, whatever the policy would say."""
        self.members[member].gone = True
        for ladder in self.rules.ladders:
            level = self.held.pop((member, ladder.name), UNHELD).standing.level
            if level is not None:
                kind = "tier" if ladder.name == "tiers" else "stage"
                told_ = {"ladder": ladder.name, "from": level, "to": None, "type": f"{kind}.left"}
                more = {"direction": "down", "reason": reason, "metrics": []}
                self.note(self.run(Occasion.membership), member, told_ | more)


def couple(pair: Json) -> tuple[Who, Who]:
    return who("customer", pair["customer_id"]), who("organization", pair["organization_id"])


def newest_first(representations: Iterable[Represents]) -> list[Represents]:
    return sorted(representations, key=lambda one: one.recorded, reverse=True)
