"""Signatures that are made here as the platforms make them, and what must not pass for one."""

import hashlib
import hmac
import json
from base64 import b64encode, urlsafe_b64encode
from itertools import product

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from standardwebhooks import Webhook

from app.inbound.adapters import ADAPTERS, bigcommerce, saleor, standard, stripe, woocommerce
from app.inbound.adapters.signatures import has_password

BODY = b'{"a": 1}'
AT = 1_795_341_600
SECRET = "whsec_YSBzdGFuZGFyZCB3ZWJob29rcyB0ZXN0IGtleSAwMDE="
RSA = rsa.generate_private_key(65537, 2048)
OTHER_RSA = rsa.generate_private_key(65537, 2048)
SIGNED_INSTANTS = {"standard", "stripe", "bigcommerce", "commerceml", "cs_cart", "agora"}


def digest(key, message):
    return hmac.new(key, message, hashlib.sha256)


def standard_headers(secret=SECRET, seconds=str(AT), family="webhook", body=BODY):
    signature = Webhook(secret).sign("msg_1", _At(seconds), body.decode())
    return {
        f"{family}-id": "msg_1",
        f"{family}-timestamp": seconds,
        f"{family}-signature": signature,
    }


class _At:
    """What the reference library asks of an instant."""

    def __init__(self, seconds):
        self.seconds = seconds

    def replace(self, **_):
        return self

    def timestamp(self):
        return int(self.seconds)


def test_the_reference_librarys_signatures_pass_in_both_families():
    for family in ("webhook", "svix"):
        headers = standard_headers(family=family)
        assert standard.verify([SECRET], headers, BODY)
        assert standard.signed_at(headers).timestamp() == AT


def test_headers_of_two_families_are_not_mixed():
    old = standard_headers(family="svix")
    fresh = {**old, "webhook-timestamp": str(AT + 10_000)}

    assert standard.signed_at(fresh).timestamp() == AT
    assert not standard.verify([SECRET], {**old, "webhook-id": "msg_1"}, BODY)


@pytest.mark.parametrize("seconds", ["", "1e9", "-1", "١٢", " 1", "1.5", "9" * 12])
def test_an_instant_is_digits_only(seconds):
    key = b"a standard webhooks test key 001"
    signature = b64encode(digest(key, f"msg_1.{seconds}.".encode() + BODY).digest()).decode()
    headers = {"webhook-id": "msg_1", "webhook-timestamp": seconds}

    assert not standard.verify([SECRET], {**headers, "webhook-signature": f"v1,{signature}"}, BODY)
    assert standard.signed_at(headers) is None


def test_a_public_key_signs_by_ed25519_alone():
    private = ed25519.Ed25519PrivateKey.generate()
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    secret = "whpk_" + b64encode(raw).decode()
    signed = f"msg_1.{AT}.".encode() + BODY
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(AT)}
    right = "v1a," + b64encode(private.sign(signed)).decode()
    forged = "v1," + b64encode(digest(raw, signed).digest()).decode()
    by_text = "v1," + b64encode(digest(secret.encode(), signed).digest()).decode()

    found = {
        one: standard.verify([secret], {**headers, "webhook-signature": one}, BODY)
        for one in (right, f"v1,AAAA {right}", forged, by_text, right.replace("v1a", "v1"))
    }

    assert list(found.values()) == [True, True, False, False, False]


def test_bigcommerces_key_is_the_secret_as_it_is_written():
    headers = standard_headers(b64encode(b"client_secret").decode())

    assert bigcommerce.verify(["client_secret"], headers, BODY)
    assert not bigcommerce.verify([b64encode(b"client_secret").decode()], headers, BODY)


def stripe_header(*signatures, seconds=AT):
    return {"stripe-signature": ",".join([f"t={seconds}", *signatures])}


def test_stripe_takes_any_v1_and_never_v0():
    right = digest(b"whsec_text", f"{AT}.".encode() + BODY).hexdigest()
    tried = [
        stripe_header(f"v1={right}"),
        stripe_header("v1=00", f"v1={right}"),
        {"stripe-signature": f"v1={right}, t={AT}"},
        stripe_header(f"v0={right}"),
        stripe_header(f"v1={right}", f"t={AT}"),
        stripe_header(f"v1={right}", seconds=AT + 1),
        stripe_header(f"v1={right.upper()}"),
        {"stripe-signature": f"v1={right}"},
    ]

    found = [stripe.verify(["whsec_text"], one, BODY) for one in tried]

    assert found == [True, True, True, False, False, False, False, False]
    assert stripe.signed_at(tried[0]).timestamp() == AT


@pytest.mark.parametrize(
    ("secret", "key"),
    [
        ("a&amp;b", "a&b"),
        ("&lt;&gt;&quot;&#039;", "<>\"'"),
        ("&#39;&#x27;&#X0022;&#0038;", "''\"&"),
        ("&amp;lt;", "&lt;"),
        ("&eacute;&apos;&#65;&amp", "&eacute;&apos;&#65;&amp"),
    ],
)
def test_woocommerces_key_is_decoded_once(secret, key):
    signature = b64encode(digest(key.encode(), BODY).digest()).decode()

    assert woocommerce.verify([secret], {"x-wc-webhook-signature": signature}, BODY)


def url64(raw):
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def jwks(*keys):
    return json.dumps({"keys": keys})


def jwk(private=RSA, **more):
    numbers = private.public_key().public_numbers()
    n, e = (one.to_bytes((one.bit_length() + 7) // 8) for one in (numbers.n, numbers.e))
    return {"kty": "RSA", "kid": "1", "n": url64(n), "e": url64(e), **more}


def jws(header, body=BODY, private=RSA, algorithm=SHA256):
    """Detached; the payload is raw where the header says so."""
    first = url64(json.dumps(header).encode())
    payload = body if header.get("b64") is False else url64(body).encode()
    signed = private.sign(first.encode() + b"." + payload, padding.PKCS1v15(), algorithm())
    return {"saleor-signature": f"{first}..{url64(signed)}"}


RAW = {"alg": "RS256", "b64": False, "crit": ["b64"], "kid": "1"}


@pytest.mark.parametrize(
    ("headers", "keys", "right"),
    [
        (jws(RAW), jwks(jwk()), True),
        (jws({"alg": "RS256", "kid": "1"}), jwks(jwk()), True),
        (jws({"alg": "RS256"}), jwks(jwk(OTHER_RSA), jwk()), True),
        (jws(RAW), jwks(jwk(OTHER_RSA), jwk(kid="2")), False),
        (jws(RAW, private=OTHER_RSA), jwks(jwk()), False),
        (jws({**RAW, "alg": "RS512"}, algorithm=SHA512), jwks(jwk()), False),
        (jws({**RAW, "alg": "none"}), jwks(jwk()), False),
        (jws({**RAW, "crit": ["b64", "exp"]}), jwks(jwk()), False),
        (jws(RAW), jwks(jwk(use="enc")), False),
        (jws(RAW), jwks(jwk(alg="RS512")), False),
        (jws(RAW), jwks(jwk(kty="oct")), False),
        (jws(RAW, body=b"other"), jwks(jwk()), False),
    ],
)
def test_saleors_token_is_rs256_by_a_published_key(headers, keys, right):
    assert saleor.verify([keys], headers, BODY) is right
    older = {f"x-{name}": value for name, value in headers.items()}
    assert saleor.verify([keys], older, BODY) is right


def test_a_published_key_never_serves_as_a_shared_secret():
    keys = jwks(jwk())
    forged = digest(keys.encode(), BODY).hexdigest()

    assert not saleor.verify([keys], {"saleor-signature": forged}, BODY)
    plain = digest(b"plain", BODY).hexdigest()
    assert saleor.verify(["plain"], {"saleor-signature": plain}, BODY)
    assert not saleor.verify(["plain"], {"saleor-signature": plain.upper()}, BODY)


def test_small_rsa_keys_are_refused():
    small = rsa.generate_private_key(65537, 1024)

    assert not saleor.verify([jwks(jwk(small))], jws(RAW, private=small), BODY)


def test_a_password_is_compared_whole():
    right = {"authorization": "Basic " + b64encode(b"shop:pass:word").decode()}

    assert has_password(["other", "pass:word"], right)
    assert not has_password(["pass"], right)
    assert not has_password(
        ["", "word"], {"authorization": "Basic " + b64encode(b"shop:").decode()}
    )
    assert not has_password(["pass:word"], {"authorization": right["authorization"][6:]})


def forged_with(key):
    """The headers of every platform, signed by this key."""
    plain, dated = digest(key, BODY), digest(key, f"{AT}.".encode() + BODY)
    message = digest(key, f"msg_1.{AT}.".encode() + BODY)
    in_base64 = b64encode(plain.digest()).decode()
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(AT),
        "webhook-signature": "v1," + b64encode(message.digest()).decode(),
        "stripe-signature": f"t={AT},v1={dated.hexdigest()}",
        "x-shopify-hmac-sha256": in_base64,
        "x-wc-webhook-signature": in_base64,
        "saleor-signature": plain.hexdigest(),
        "shopware-shop-signature": plain.hexdigest(),
        "authorization": "Basic " + b64encode(b"shop:").decode(),
    }


@pytest.mark.parametrize("platform", ADAPTERS)
def test_an_empty_secret_signs_nothing(platform):
    signed = forged_with(b"")
    without_password = {name: one for name, one in signed.items() if name != "authorization"}

    for secret, headers in product(("", "whsec_", "whpk_", "="), (signed, without_password)):
        assert ADAPTERS[platform].verify([secret], headers, BODY) is False


def test_the_forger_of_empty_secrets_can_sign():
    key = b"a standard webhooks test key 001"

    assert standard.verify([SECRET], forged_with(key), BODY)
    assert stripe.verify([key.decode()], forged_with(key), BODY)


def test_instants_are_told_only_where_they_are_signed():
    headers = {
        **standard_headers(),
        "stripe-signature": f"t={AT},v1=00",
        "x-shopify-triggered-at": "2026-11-22T10:00:00Z",
    }

    told = {name for name, one in ADAPTERS.items() if one.signed_at(headers) is not None}

    assert told == SIGNED_INSTANTS
