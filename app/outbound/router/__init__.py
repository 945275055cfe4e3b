"""Routes of the feed, of endpoints and of what is delivered to them."""

from app.outbound.router import changes, deliveries, endpoints, event_types, events, pushes

ROUTERS = (changes.router, endpoints.router, deliveries.router, event_types.router, pushes.router)
webhooks = events.webhooks
