"""`tiers tombstones export` and `apply`, as an operator keeps them beside backups."""

import json

from app.kit.sealing import Seal


async def test_an_export_can_be_applied(tiers, tmp_path):
    file = tmp_path / "tombstones.ndjson"

    written = tiers("tombstones", "export", file)
    done = tiers("tombstones", "apply", file)

    assert (written.returncode, done.returncode) == (0, 0), written.stderr + done.stderr
    assert "0 new, 0 erased again." in done.stdout or "0 tombstones" in written.stdout


async def test_what_cannot_be_applied_is_said_in_one_line(tiers, tmp_path):
    broken, foreign = tmp_path / "broken", tmp_path / "foreign"
    broken.write_text("{}\n", "utf-8")
    key = Seal("another secret").seal("00" * 32, "erase key").hex()
    foreign.write_text(json.dumps({"erase_key": key}) + "\n", "utf-8")

    found = [tiers("tombstones", "apply", one) for one in (broken, foreign)]

    assert [one.returncode for one in found] == [1, 1]
    assert found[0].stderr.strip() == f"{broken} is no file of tombstones."
    assert "another TIERS_SECRET_KEY" in found[1].stderr
