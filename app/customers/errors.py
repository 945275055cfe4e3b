from app.kit.errors import Conflict, NotFound


class CustomerNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such customer.")


class OrganizationNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such organization.")


class ContractNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("The organization has no such contract of its own today or later.")


class ParentNested(Conflict):
    """A parent belongs to nobody: there is one level."""

    def __init__(self) -> None:
        super().__init__("An organization that belongs to another cannot have others below it.")


class RepresentativeNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("This customer does not represent the organization, today or later.")


class CustomerMerged(Conflict):
    """It is another customer now; what it did counts there."""

    def __init__(self, kept: str | None) -> None:
        named = "one that was erased" if kept is None else f'"{kept}"'
        super().__init__(f"This customer was merged into {named}.")


class MemberRedacted(Conflict):
    """Its identity was erased for good."""

    def __init__(self) -> None:
        super().__init__("What had this id was erased. Whoever returns needs a new id.")
