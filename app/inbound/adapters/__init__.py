"""The platforms we read, by the name that a source has for its platform."""

from app.inbound.adapters.contract import Adapter

ADAPTERS: dict[str, Adapter] = {}
