"""The shops that are told who holds what: what to ask them, and what they have said. Pure."""

from types import MappingProxyType

from app.outbound.targets import cs_cart, shopify, woocommerce
from app.outbound.targets.contract import Platform

PLATFORMS: MappingProxyType[str, Platform] = MappingProxyType(
    {"shopify": shopify, "woocommerce": woocommerce, "cs_cart": cs_cart}
)

__all__ = ["PLATFORMS", "Platform"]
