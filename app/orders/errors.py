from app.kit.errors import NotFound


class OrderNotFound(NotFound):
    def __init__(self) -> None:
        super().__init__("There is no such order from this source.")
