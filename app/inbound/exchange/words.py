"""What 1C is answered: lines of text, the first of them a word of its protocol. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

ENCODING = "windows-1251"
SUCCESS, PROGRESS, FAILURE = "success", "progress", "failure"
QUARANTINED = "quarantined"

NO_FILE = "Такой файл не был передан."
NO_SESSION = "Сеанс обмена окончен."
NO_NAME = "Имя файла не подходит: нужно имя без пути."
NO_BODY = "Файл передан пустым."
TOO_MUCH = "Передано слишком много: дождитесь загрузки прежних файлов."
BEING_READ = "Этот файл уже загружается."
NO_MODE = "Такой запрос не поддерживается."
NOT_READ = "Файл не прочитан"
GIVEN_UP = "внутренняя ошибка, повторите обмен"


class Report(NamedTuple):
    """How far a file is read. `error` "" when nothing is wrong with it; `told`: bad orders."""

    state: str
    outcomes: Mapping[str, int]
    told: list[str]
    error: str = ""


def lines(*said: str) -> str:
    return "\n".join(said) + "\n"


def failure(reason: str) -> str:
    return lines(FAILURE, reason)


def told(report: Report) -> str:
    """How the import of a file stands, and which orders were set aside."""
    if report.state == "receiving":
        return lines(PROGRESS, f"Загружено заказов: {sum(report.outcomes.values())}")
    aside = report.outcomes.get(QUARANTINED, 0)
    taken = sum(report.outcomes.values()) - aside
    sums = (f"Заказов принято: {taken}, отложено: {aside}", *report.told)
    if report.state == "done":
        return lines(SUCCESS, *sums)
    return lines(FAILURE, f"{NOT_READ}: {report.error or GIVEN_UP}", *sums)


def no_orders(now: datetime, zone: ZoneInfo) -> str:
    """A document of nothing: we have no orders that 1C does not know."""
    at = now.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")
    return (
        f'<?xml version="1.0" encoding="{ENCODING}"?>\n'
        f'<КоммерческаяИнформация ВерсияСхемы="2.10" ДатаФормирования="{at}"/>\n'
    )
