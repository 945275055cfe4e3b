import os

import pytest

from app.settings import SettingsInvalid, read_settings

SECRET = "s" * 32


@pytest.fixture
def environment(monkeypatch):
    for name in [name for name in os.environ if name.upper().startswith("TIERS_")]:
        monkeypatch.delenv(name)

    def put(**values):
        for name, value in values.items():
            monkeypatch.setenv(f"TIERS_{name}", value)

    return put


def test_nothing_needs_to_be_set(environment):
    environment()

    settings = read_settings()

    assert (settings.host, settings.port, settings.embedded) == ("127.0.0.1", 8000, True)
    assert settings.rate_limits == "on"


def test_every_fault_is_told_at_once_and_no_value(environment):
    environment(
        PORT="70000",
        BODY_LIMIT="sentinel",
        DATABASE_URL="mysql://sentinel",
        ROOT_KEY="sentinel",
        WEBHOOK_ALLOW_CIDRS="10.0.0.0/8,sentinel",
        COLOUR="sentinel",
        RATE_LIMITS="sentinel",
    )

    with pytest.raises(SettingsInvalid) as refused:
        read_settings()

    names = [line.split(":")[0].removeprefix("TIERS_") for line in refused.value.lines]
    assert names == [
        "BODY_LIMIT",
        "COLOUR",
        "DATABASE_URL",
        "PORT",
        "RATE_LIMITS",
        "ROOT_KEY",
        "SECRET_KEY",
        "WEBHOOK_ALLOW_CIDRS",
    ]
    assert "sentinel" not in str(refused.value)


def test_an_unknown_variable_alone_is_refused(environment):
    environment(PROT="8000")

    with pytest.raises(SettingsInvalid, match="TIERS_PROT: there is no such setting"):
        read_settings()


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_a_database_needs_the_secret_key(environment, scheme):
    environment(DATABASE_URL=f"{scheme}://u:p@h/d")
    with pytest.raises(SettingsInvalid, match="TIERS_SECRET_KEY"):
        read_settings()

    environment(SECRET_KEY=SECRET)

    assert read_settings().database_url == "postgresql+asyncpg://u:p@h/d"


def test_secrets_are_not_printed(environment):
    environment(SECRET_KEY=SECRET, ROOT_KEY=SECRET)

    assert SECRET not in repr(read_settings())


def test_an_empty_variable_is_not_set(environment):
    environment(DATABASE_URL="", PORT="")

    assert read_settings().port == 8000
