import os
from collections.abc import Mapping
from pathlib import Path

MEGABYTE = 1024 * 1024
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


def server_settings(socket: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """Given on the command line, so that no ALTER SYSTEM weakens them; `settings` win."""
    memory = _memory() // MEGABYTE
    return {
        **DURABLE,
        "listen_addresses": "",
        "unix_socket_directories": f'"{socket}"',
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": f"{min(max(memory // 4, 128), 1024)}MB",
        "effective_cache_size": f"{max(memory // 2, 256)}MB",
        "maintenance_work_mem": f"{min(max(memory // 32, 64), 256)}MB",
        "work_mem": "8MB",
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_error_verbosity": "terse",  # its DETAIL lines would hold customers' ids
        **settings,
    }


def _memory() -> int:
    """Bytes of memory that we may use: the machine's, or less in a container."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        return machine
    return min(machine, int(limit)) if limit.isdigit() else machine
