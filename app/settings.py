"""The process's environment: read once by the roots, refused as a whole when anything is wrong."""

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.kit.sealing import Seal, kept_secret

PREFIX = "TIERS_"
OF_TESTS = {
    "TIERS_CITUS_URL",
    "TIERS_SCREENSHOTS",
    "TIERS_SHARED",
    "TIERS_TEST_DATABASE_URL",
}
SECRET_LENGTH = 32
MEGABYTE = 1024 * 1024

NO_NETWORKS = PydanticCustomError("networks", "must be networks like 10.0.0.0/8, with commas")
NO_URL = PydanticCustomError("url", "must be a postgresql:// URL")
NO_COLLECTOR = PydanticCustomError("url", "must be an http:// or https:// URL")
TOO_SHORT = f"must have at least {SECRET_LENGTH} characters"
Secret = Annotated[SecretStr, Field(min_length=SECRET_LENGTH)]


class SettingsInvalid(Exception):
    """The environment cannot be served with; one line per fault, never a value."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def _networks(text: object) -> object:
    if not isinstance(text, str):
        return text
    try:
        return [ip_network(one.strip()) for one in text.split(",") if one.strip()]
    except ValueError:
        raise NO_NETWORKS from None


def _plain_url(text: object) -> object:
    """Any spelling of a PostgreSQL URL, for the driver that we use."""
    if not isinstance(text, str) or not text:
        return text
    scheme, separator, rest = text.partition("://")
    if not separator or scheme.partition("+")[0] not in {"postgres", "postgresql"}:
        raise NO_URL
    return f"postgresql+asyncpg://{rest}"


def _collector(text: object) -> object:
    if isinstance(text, str) and text:
        parts = urlsplit(text)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise NO_COLLECTOR
    return text


class Settings(BaseSettings):
    """Every `TIERS_*` variable there is."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True)

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8_000
    data_dir: Path = Path(".tiers")
    database_url: Annotated[str, BeforeValidator(_plain_url)] = ""
    pg_bindir: Path | None = None
    wal_archive: Path | None = None
    root_key: Secret | None = None
    secret_key: Secret | None = None
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    pool: Annotated[int, Field(ge=1, le=100)] = 20
    pool_overflow: Annotated[int, Field(ge=0, le=100)] = 0
    body_limit: Annotated[int, Field(ge=1_024, le=64 * MEGABYTE)] = 256 * 1_024
    rate_limits: Literal["on", "off"] = "on"
    requests_at_once: Annotated[int, Field(ge=1, le=10_000)] = 200
    webhook_allow_cidrs: Annotated[
        tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_networks)
    ] = ()
    token_seconds: Annotated[int, Field(ge=30, le=3_600)] = 300
    raw_days: Annotated[int, Field(ge=1, le=3_650)] = 30
    metrics_token: Secret | None = None
    traces_url: Annotated[str, BeforeValidator(_collector)] = ""
    docs: Literal["on", "off"] = "on"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    mode: Literal["production", "development"] = "production"

    def seal(self) -> Seal:
        """What the secrets of this installation are sealed with."""
        given = self.secret_key
        return Seal(given.get_secret_value() if given else kept_secret(self.data_dir))

    @property
    def embedded(self) -> bool:
        """Whether the service starts its own Postgres."""
        return not self.database_url


def read_settings() -> Settings:
    """The settings of this process. Raises SettingsInvalid with every fault at once."""
    lines = [f"{name}: there is no such setting" for name in _unknown()]
    if os.environ.get("TIERS_DATABASE_URL") and not os.environ.get("TIERS_SECRET_KEY"):
        lines.append("TIERS_SECRET_KEY: needed with TIERS_DATABASE_URL")
    try:
        settings = Settings()
    except ValidationError as error:
        lines += map(_line, error.errors(include_input=False, include_url=False))
        raise SettingsInvalid(sorted(lines)) from None
    if lines:
        raise SettingsInvalid(sorted(lines))
    return settings


def _line(fault: ErrorDetails) -> str:
    said = TOO_SHORT if fault["type"] == "too_short" else fault["msg"]
    return f"{PREFIX}{fault['loc'][0]}: ".upper() + said


def _unknown() -> list[str]:
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields} | OF_TESTS
    return [name for name in os.environ if name.upper().startswith(PREFIX) and name not in known]
