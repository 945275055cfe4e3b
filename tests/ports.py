"""Ports for servers that are started and restarted beside thousands of connections."""

import random
import socket

BELOW_THE_OUTGOING = range(10_000, 32_000)  # from 32,768 on the kernel gives them to clients


def free_port() -> int:
    """One that no client is given by chance while a server that uses it is away."""
    while True:
        port = random.SystemRandom().choice(BELOW_THE_OUTGOING)
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
