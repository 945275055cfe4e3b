"""Endpoints that answer badly three times in ten, and remember how they were spoken to."""

import hmac
import time
from base64 import b64decode, b64encode
from collections import Counter, defaultdict
from hashlib import blake2b, sha256
from random import Random

from standardwebhooks import Webhook, WebhookVerificationError

from tests.jobs.receiver import HUGE, OK, Reply

FAULTS = 0.3
HUGE_BODY = b"x" * HUGE
BAD = (
    Reply(500),
    Reply(429, {"retry-after": "60"}),
    Reply(kind="hang"),
    Reply(kind="reset"),
    Reply(body=b"drip, drip, drip", kind="drip"),
    Reply(301, {"location": "/elsewhere"}),
    Reply(500, body=HUGE_BODY),
)
GONE = Reply(410)
HUGE_OK = Reply(200, body=HUGE_BODY)
NEW_SECRET_AFTER = 12.0


class Endpoints:
    """What came, by path. `taken`: (path, id) → the place in time of its first good answer.

    `came`: likewise of the first attempt. An endpoint is `gone` for the attempts that the seed
    picks, at most as often as `gone_for` says. `well`: who answers well at the moment;
    `arrived`: when the first attempts came, by path. `bad`: the contexts of certificates that
    nobody should believe, `unverified` what was sent all the same.
    """

    def __init__(self, seed, gone_for, bad=()):
        self.seed, self.bad = seed, bad
        self.well = set()
        self.arrived = defaultdict(list)
        self.unverified = []
        self.gone_left = Counter(gone_for)
        self.secrets = {}  # path → [(secret, since when it surely signs)]
        self.attempts = Counter()
        self.came, self.taken, self.bodies = {}, {}, {}
        self.altered, self.unsigned, self.faults = [], [], Counter()
        self._clock = 0

    def may_sign(self, path, secret):
        """A further secret of an endpoint, which every process knows a little later."""
        after = time.monotonic() + NEW_SECRET_AFTER if path in self.secrets else 0.0
        self.secrets.setdefault(path, []).append((secret, after))

    def __call__(self, got):
        key = (got.path, got.id)
        self._clock += 1
        if key not in self.came:
            self.came[key] = self._clock
            self.arrived[got.path].append(got.at)
        self.attempts[key] += 1
        self._look(key, got)
        reply = self._reply(key)
        if reply in (OK, HUGE_OK):
            self.taken.setdefault(key, self._clock)
        else:
            self.faults[f"{reply.kind} {reply.status}"] += 1
        return reply

    def _look(self, key, got):
        digest = blake2b(got.body, digest_size=16).digest()
        if self.bodies.setdefault(key, digest) != digest:
            self.altered.append(key)
        if got.tls in self.bad:
            self.unverified.append(key)
        for secret, since in self.secrets[got.path]:
            if since <= time.monotonic() and not signed(secret, got):
                self.unsigned.append(key)

    def _reply(self, key):
        rng = Random(f"{self.seed}/{key}/{self.attempts[key]}")
        if key[0] in self.well or rng.random() >= FAULTS:
            return HUGE_OK if rng.random() < 0.01 else OK
        if self.gone_left[key[0]] and rng.random() < 0.05:
            self.gone_left[key[0]] -= 1
            return GONE
        return rng.choice(BAD)


def signed(secret, got):
    """Whether it is, for the reference library and by hand."""
    try:
        Webhook(secret).verify(got.body, got.headers, json_parse=False)
    except WebhookVerificationError:
        return False
    content = f"{got.id}.{got.headers['webhook-timestamp']}.".encode() + got.body
    key = b64decode(secret.removeprefix("whsec_"))
    by_hand = "v1," + b64encode(hmac.new(key, content, sha256).digest()).decode()
    return by_hand in got.headers["webhook-signature"].split(" ")
