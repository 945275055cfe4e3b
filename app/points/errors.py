from app.kit.errors import Conflict


class InsufficientPoints(Conflict):
    """More is to be redeemed than there is."""

    def __init__(self, balance: int) -> None:
        super().__init__(f"There are not that many points: the balance is {balance}.")


class OpeningKnown(Conflict):
    """An opening balance is taken over once."""

    def __init__(self, points: int | None) -> None:
        super().__init__(f"An opening balance is known: {points}.")
