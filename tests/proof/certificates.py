"""A listener behind TLS that three times in ten shows a certificate nobody should believe."""

from collections import Counter
from random import Random

from tests.kit_web.certificates import Authority
from tests.proof.hostile_receiver import FAULTS

HOST = "127.0.0.1"


class Showing:
    """`context`: of the listener; `trusted`: the file of the one authority to be believed.

    `bad`: the other contexts, by what is wrong; `shown`: how often they were. While it `behaves`
    the good certificate is shown.
    """

    def __init__(self, folder, seed):
        known, stranger = Authority(), Authority()
        self.trusted = folder / "trusted.pem"
        self.trusted.write_text(known.pem, "utf-8")
        self.bad = {
            "signed by itself": stranger.alone(folder),
            "signed by a stranger": stranger.server(folder, HOST),
            "of another host": known.server(folder, "shop.example"),
        }
        self.context = known.server(folder, HOST)
        self.context.sni_callback = self._choose
        self.behaves = True
        self.shown = Counter()
        self._rng = Random(f"certificates/{seed}")

    def _choose(self, connection, *_):
        if not self.behaves and self._rng.random() < FAULTS:
            wrong = self._rng.choice([*self.bad])
            self.shown[wrong] += 1
            connection.context = self.bad[wrong]
