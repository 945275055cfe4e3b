"""Inside the environment of django-rfmizer: its own code on our orders, its figures as JSON.

    python rfmizer_side.py <database> <persons> <seconds>

Deciding everybody ends after so many seconds: each save looks for a free name among all persons.
"""

import json
import sys
import time
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from types import SimpleNamespace

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

APPS = ["django.contrib.auth", "django.contrib.contenttypes", "phonenumber_field", "rfmizer"]
HISTORIES, TURNS = (10, 150), 5


class Enough(Exception):
    """The time is over."""


def main(database, persons, seconds):
    engine = {"ENGINE": "django.db.backends.postgresql", **json.loads(database)}
    settings.configure(
        INSTALLED_APPS=APPS,
        DATABASES={"default": engine},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )
    django.setup()
    models = SimpleNamespace(
        User=apps.get_model("auth", "User"),
        **{name: apps.get_model("rfmizer", name) for name in ("Tab", "Person", "Deals")},
    )
    call_command("migrate", verbosity=0)
    tab = fill(models, json.loads(Path(persons).read_text("utf-8")))
    told = {"persons_a_second": decided(models, tab, float(seconds))}
    told["orders"] = {length: one_order(models, tab, length) for length in HISTORIES}
    sys.stdout.write(json.dumps(told))


def fill(models, persons):
    owner = models.User.objects.create(username="bench")
    tab = models.Tab(
        name="bench",
        owner=owner,
        frequency_1=5,
        frequency_2=15,
        monetary_1=400,
        monetary_2=1200,
        recency_1=timedelta(365),
        recency_2=timedelta(180),
    )
    tab.save()
    models.Person.objects.bulk_create(
        [
            models.Person(
                name=f"Person {number}",
                slug=f"person-{number}",
                tab=tab,
                owner=owner,
                phone=f"+37529{number:07}",
                deal_count=orders,
                last_deal=date.fromisoformat(day),
                pays=spend,
            )
            for number, day, spend, orders in persons
        ],
        batch_size=5_000,
    )
    return tab


def decided(models, tab, seconds):
    """Persons a second of deciding everybody, all of whom move, until the time is over."""
    real, done, began = models.Person.rfm_category_update, 0, time.perf_counter()

    def counted(person, category):
        nonlocal done
        real(person, category)
        done += 1
        if time.perf_counter() - began > seconds:
            raise Enough

    models.Person.rfm_category_update = counted
    with suppress(Enough):
        tab.rfmizer()
    return done / (time.perf_counter() - began)


def one_order(models, tab, length):
    """Median milliseconds of an order of a person with so many earlier ones."""
    name, phone = f"Buyer {length}", f"+37533{length:07}"
    person = models.Person(tab=tab, owner=tab.owner, phone=phone, name=name)
    person.save()
    past = [
        models.Deals(person=person, date="2026-01-01", pay=1, good=f"{n}") for n in range(length)
    ]
    models.Deals.objects.bulk_create(past)
    found = []
    for turn in range(TURNS):
        line = {"tab": tab, "owner": tab.owner, "phone": phone, "name": name}
        began = time.perf_counter()
        models.Person.get_new_line({**line, "date": "01.02.2026", "pay": 5, "good": f"Good {turn}"})
        found.append(1000 * (time.perf_counter() - began))
    return median(found)


if __name__ == "__main__":
    main(*sys.argv[1:])
