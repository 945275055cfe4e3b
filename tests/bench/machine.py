"""What the figures of a run were measured on."""

import os
import platform

import psutil

from app.kit.clock import SystemClock


def label():
    """Machines of one label may compare plain figures."""
    memory = round(psutil.virtual_memory().total / 1024**3)
    return f"{os.cpu_count()} cores, {memory} GB, {platform.system()} {platform.machine()}"


def about(server, size):
    """The date, the machine, the versions and how busy it is."""
    load = " ".join(f"{one:.2f}" for one in os.getloadavg())
    return (
        f"{SystemClock().now():%Y-%m-%d}, {label()}; PostgreSQL {server} with fsync on;"
        f" Python {platform.python_version()}; size {size}; load at the start {load}"
    )
