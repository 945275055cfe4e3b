"""The platforms whose API we ask, by the name that a source has for its platform."""

from collections.abc import Mapping

from app.inbound import adapters
from app.inbound.platforms import bigcommerce, cs_cart, shopify, shopware, woocommerce
from app.inbound.platforms.contract import Listing, Platform, Reader

PLATFORMS: Mapping[str, Platform] = {
    "shopify": shopify,
    "woocommerce": woocommerce,
    "bigcommerce": bigcommerce,
    "shopware": shopware,
    "cs_cart": cs_cart,
}
READERS: Mapping[str, Reader] = {
    "shopify": adapters.shopify,
    "woocommerce": adapters.woocommerce,
    "bigcommerce": adapters.bigcommerce,
    "shopware": adapters.shopware,
    "cs_cart": adapters.cs_cart,
}
LISTING: Mapping[str, Listing] = {
    "shopify": shopify,
    "woocommerce": woocommerce,
    "bigcommerce": bigcommerce,
    "cs_cart": cs_cart,
}
