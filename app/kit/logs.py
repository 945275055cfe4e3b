"""Logs: one JSON object a line; only fields of the list below ever get out."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

FIELDS = (
    "ts", "level", "event", "request_id", "trace_id", "program", "key_id", "route", "status", "ms",
    "check_id", "change", "job", "attempts", "error", "at", "sqlstate", "reason", "address",
    "setting", "port", "version", "revision", "source", "kind", "count",
)  # fmt: skip

NOTICE = "notice"

Fields = MutableMapping[str, Any]


def set_up_logs(level: str) -> None:
    """Let this process log JSON lines of at least `level` to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _unfiltered,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
            _where,
            _only_listed,
            structlog.processors.JSONRenderer(default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[Libraries()], level=logging.WARNING, force=True)


class Libraries(logging.Handler):
    """What libraries complain of, by logger and exception; their texts may hold data."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        level = "error" if record.levelno >= logging.ERROR else "warning"
        log("library_complained", level, kind=record.name, error=error)


def log(event: str, level: str = "info", **fields: Any) -> None:
    """Log one event of the fixed vocabulary. An exception goes into `error`, by its type alone.

    What has level `notice` is logged at whatever level the process logs.
    """
    if level == NOTICE:
        structlog.get_logger().critical(event, level_said=NOTICE, **fields)
    else:
        getattr(structlog.get_logger(), level)(event, **fields)


def _unfiltered(_: Any, __: str, fields: Fields) -> Fields:
    fields["level"] = fields.pop("level_said", fields["level"])
    return fields


def _where(_: Any, __: str, fields: Fields) -> Fields:
    error = fields.get("error")
    if isinstance(error, BaseException):
        fields["error"] = type(error).__qualname__
        fields["at"] = " < ".join(_frames(error))
    return fields


def _frames(error: BaseException) -> list[str]:
    """Our own lines of the traceback, the innermost first; no texts, for they may hold data."""
    found = []
    trace = error.__traceback__
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        found.append(f"{module}:{trace.tb_lineno}")
        trace = trace.tb_next
    return [place for place in reversed(found) if place.startswith("app.")][:8]


def _only_listed(_: Any, __: str, fields: Fields) -> Fields:
    return {name: fields[name] for name in FIELDS if fields.get(name) is not None}
