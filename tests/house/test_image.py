"""The image and compose.yaml: no root, nothing to write to, and a role that cannot migrate."""

import re
from pathlib import Path

import yaml

from app.settings import Settings

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
LAST_STAGE = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[-1]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
OURS = [one for one in COMPOSE["services"].values() if one.get("image") == "customer-tiers"]


def role_of(service):
    return re.search(r"://(\w+):", service["environment"]["TIERS_DATABASE_URL"])[1]


def test_the_image_runs_as_nobody_special():
    [user] = re.findall(r"^USER (\w+)$", LAST_STAGE, re.MULTILINE)
    uid = re.search(rf"useradd --uid (\d+) .*\b{user}\b", LAST_STAGE)

    assert int(uid[1]) >= 10_000
    assert LAST_STAGE.index("USER ") > LAST_STAGE.index("COPY .")
    assert not re.search(r"--chown|chown -R|chmod 777|sudo", LAST_STAGE)


def test_packages_are_pinned_by_hash_and_nothing_is_fetched_otherwise():
    assert "--require-hashes" in DOCKERFILE
    assert not re.search(r"\nADD |curl|wget|pip install (?!--require-hashes)", DOCKERFILE)


def test_only_what_is_served_is_in_the_image():
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split()

    assert ignored[0] == "*"
    assert not {"!tests", "!.git", "!.env", "!.tiers"} & set(ignored)


def test_every_container_of_ours_is_read_only_and_has_no_privileges():
    assert len(OURS) >= 2
    for service in OURS:
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert not service.get("privileged")


def test_every_setting_of_the_image_and_of_compose_is_one():
    set_here = set(re.findall(r"\bTIERS_(\w+)", LAST_STAGE))
    set_here |= {name.removeprefix("TIERS_") for one in OURS for name in one["environment"]}

    assert {"DATA_DIR", "DATABASE_URL", "SECRET_KEY"} <= set_here
    assert set_here <= {name.upper() for name in Settings.model_fields}


def test_no_port_is_open_to_the_world():
    ports = [port for one in COMPOSE["services"].values() for port in one.get("ports", ())]

    assert ports
    assert all(str(port).startswith("127.0.0.1:") for port in ports)


def test_the_owner_migrates_and_another_role_serves():
    roles = {name: role_of(one) for name, one in COMPOSE["services"].items() if one in OURS}
    script = COMPOSE["configs"]["roles"]["content"]

    assert roles.pop("migrate") == "tiers"
    assert set(roles.values()) == {"tiers_app"}
    assert "CREATE ROLE tiers_app LOGIN PASSWORD :'service';" in script
    assert "CREATE DATABASE tiers OWNER tiers;" in script
    assert "SUPERUSER" not in script


def test_no_secret_has_a_default():
    said = (ROOT / "compose.yaml").read_text("utf-8")
    secrets = re.findall(r"\$\{(\w*(?:KEY|PASSWORD)\w*)(:[-?])?", said)

    assert {name for name, _ in secrets} == {
        "TIERS_SECRET_KEY",
        "OWNER_PASSWORD",
        "SERVICE_PASSWORD",
    }
    assert ":-" not in {kind for _, kind in secrets}


def test_a_cluster_to_try_starts_only_when_asked_for():
    cluster = {
        name: one for name, one in COMPOSE["services"].items() if "citus" in one.get("profiles", ())
    }

    assert set(cluster) == {"coordinator", "worker-1", "worker-2", "nodes"}
    assert {one["image"] for one in cluster.values()} == {"citusdata/citus:13.2.0"}
    assert all(
        "wal_level=logical" in one["command"] for name, one in cluster.items() if name != "nodes"
    )
    assert set(cluster["nodes"]["depends_on"]) == set(cluster) - {"nodes"}
