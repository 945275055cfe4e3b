"""Serving with several processes, and refusing to."""

import signal
import socket
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import psutil
import pytest

from tests.ports import free_port

START_SECONDS = 60


def ready(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def until(true, seconds=START_SECONDS):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextmanager
def two_serving(tiers):
    port = free_port()
    run = tiers.begin("serve", "--port", port, "--no-worker", TIERS_WORKERS="2")
    try:
        until(lambda: ready(port) and len(serving(run)) == 2)
        yield run, port
    finally:
        run.kill()
        run.wait(30)


def serving(run):
    """The processes that serve for the one that was started."""
    children = psutil.Process(run.pid).children()
    return [one for one in children if alive(one) and "spawn_main" in " ".join(called(one))]


def called(process):
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def test_a_process_that_dies_is_replaced_and_all_end_together(tiers):
    with two_serving(tiers) as (run, port):
        first, second = serving(run)
        first.send_signal(signal.SIGKILL)
        until(lambda: {one.pid for one in serving(run)} - {first.pid, second.pid})
        until(lambda: ready(port))
        left = serving(run)
        run.send_signal(signal.SIGTERM)

        assert run.wait(40) == 0
        assert not any(one.is_running() for one in left)


def test_no_process_outlives_the_one_that_was_started(tiers):
    with two_serving(tiers) as (run, port):
        left = serving(run)
        run.kill()

        until(lambda: not any(alive(one) for one in left))
        assert not ready(port)


def alive(process):
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_port_that_is_taken_is_said_in_one_line(tiers):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        done = tiers("serve", "--port", port)

    assert (done.returncode, done.stderr) == (78, f"127.0.0.1:{port}: Address already in use\n")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_database_without_a_schema_is_refused(tiers, server, workers):
    url = server.admin.render_as_string(hide_password=False)
    environment = {"TIERS_DATABASE_URL": url, "TIERS_WORKERS": workers}

    done = tiers("serve", "--port", free_port(), **environment)

    assert done.returncode == 78
    assert "The schema is not one that this code runs on: migrate." in done.stderr.splitlines()


def test_a_place_that_cannot_be_used_is_said_in_one_line(tiers):
    environment = {"TIERS_DATABASE_URL": "", "TIERS_DATA_DIR": "/proc/nowhere"}

    done = tiers("migrate", **environment)

    assert (done.returncode, done.stderr) == (78, "/proc/nowhere: No such file or directory\n")
