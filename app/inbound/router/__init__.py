"""Routes of facts: told by API, and as platforms send them."""

from app.inbound.router import exchange, facts, imports, inbox, receiving, sources

ROUTERS = (
    facts.router,
    receiving.router,
    inbox.router,
    exchange.router,
    sources.router,
    imports.router,
)
