"""Routes of facts: told by API, and as platforms send them."""

from app.inbound.router import activities, exchange, facts, imports, inbox, receiving, sources

ROUTERS = (
    facts.router,
    activities.router,
    receiving.router,
    inbox.router,
    exchange.router,
    sources.router,
    imports.router,
)
