"""What is said of a merger that is taken back."""

from pydantic import Field

from app.kit.schemas import Id, Schema


class SplitIn(Schema):
    removed_id: Id = Field(examples=["c-8"], description="Whom a merger removed.")


class SplitOut(Schema):
    """The two are two again."""

    id: str = Field(examples=["c-7"])
    removed_id: str = Field(examples=["c-8"])
