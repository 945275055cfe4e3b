"""Where page 2 is silent: the model raises, and the page is amended first."""

from enum import StrEnum


class Gap(StrEnum):
    """What page 2 does not say, with the reading that is proposed."""

    before_anchor = "an anniversary window before its anchor: empty"
    anchor_points = "an activity before the first counted order: the anchor is the first order"
    anchor_cut = "first counted day before starts_on: it is the anchor all the same"
    negative = "a negative refund or negative points: refused at the door"
    refund_tie = "one refund told twice at one instant with other amounts: the larger version"
    lost_ladder = "a level held on a track that is gone: ends at the next evaluation"
    lost_override = "an override in force names a level that is gone: it does not act"
    removed_clamped = "a removed level is left under floor or ceiling: reason level_removed"
    nudged_clamped = "a nudge beside another override: it is clamped like an earned position"
    nudge_missed = "a nudge whose day comes while nothing is evaluated: lost"
    grace_overtaken = "a grace runs at row 2: it ends, the shortfall is over"
    grace_never = "a grace runs at row 8: it ends"
    grace_stay = "a grace runs at row 9: it goes on"
    left_later = "a check as of a day before the member left the ladder: it is left alone"
    started_asleep = "first known while representing: meets `start` on waking"
    started_stale = "only a superseded state names the customer: it is known and meets `start`"
    started_override = "an override is in force at `start`: the start is clamped"
    keep_disabled = "existing=keep while disabled: no override is made"
    twice_represented = "organization_id null while two representations are in force: ends both"
    changed_dates = "a representation is told again with other dates: its dates change"
    third_party = "a representation moves orders of a third member: that one is decided too"
    merge_cycle = "a customer is merged twice or into its own removed one"
    gone_customer = "a fact names a redacted customer and an organization: quarantined"
    redacted_ahead = "a redacted representative's orders dated ahead: stay with the organization"
    redacted_orders = "customer.redacted lists order ids"
    mixed_batch = "a batch holds more than order facts: each member by its own occasion"
    gone_member = "a write about a merged or redacted member: refused"
    unknown_member = "an override of a member that is not known or asleep: refused"


class Silent(Exception):
    """Page 2 gives no answer here."""

    def __init__(self, gap: Gap) -> None:
        super().__init__(f"{gap.name}: {gap.value}")
        self.gap = gap
