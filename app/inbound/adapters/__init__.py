"""The platforms we read, by the name that a source has for its platform.

A new platform is one file beside this one and its name in two lines below.
"""

from collections.abc import Mapping

from app.inbound.adapters import (
    adobe_commerce,
    agora,
    bigcommerce,
    commerceml,
    cs_cart,
    saleor,
    shopify,
    shopware,
    standard,
    stripe,
    woocommerce,
)
from app.inbound.adapters.contract import Adapter

ADAPTERS: Mapping[str, Adapter] = {
    "standard": standard,
    "shopify": shopify,
    "woocommerce": woocommerce,
    "stripe": stripe,
    "bigcommerce": bigcommerce,
    "saleor": saleor,
    "shopware": shopware,
    "adobe_commerce": adobe_commerce,
    "commerceml": commerceml,
    "cs_cart": cs_cart,
    "agora": agora,
}


def currency_map_of(adapter: Adapter) -> Mapping[str, str]:
    """What a new source's currency map is made with."""
    return getattr(adapter, "CURRENCY_MAP", {})
