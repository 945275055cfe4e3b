from app.kit.errors import Conflict, NotFound


class OverrideNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such override, or it was removed.")


class RepresentsOrganization(Conflict):
    """Its own positions sleep; the organization's may be overridden."""

    def __init__(self, organization: str | None) -> None:
        super().__init__(f'The organization "{organization}" holds in its place.')


class LadderNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__('There is no such ladder: say "tiers", or the name of a track.')


class PreviewRunning(Conflict):
    def __init__(self) -> None:
        super().__init__("Another preview of this program is running. Ask again when it is done.")
