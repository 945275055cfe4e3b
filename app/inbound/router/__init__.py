"""Routes of facts: told by API, and as platforms send them."""

from app.inbound.router import facts

ROUTERS = (facts.router,)
