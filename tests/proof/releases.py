"""A made-up next release: revisions that only expand, as page 6 asks for them."""

RULE = "ALTER TABLE day_totals ADD CONSTRAINT day_totals_next_check CHECK (largest <= spend)"
STEPS = {
    "next_column": (
        ["ALTER TABLE members ADD COLUMN next_note text"],
        ["ALTER TABLE members DROP COLUMN next_note"],
    ),
    "next_total": (
        ["ALTER TABLE day_totals ADD COLUMN next_refunds bigint DEFAULT 0"],
        ["ALTER TABLE day_totals DROP COLUMN next_refunds"],
    ),
    "next_index": (
        [
            "DROP INDEX CONCURRENTLY IF EXISTS day_totals_next_idx",
            "CREATE INDEX CONCURRENTLY day_totals_next_idx ON day_totals (program_id, spend)",
        ],
        ["DROP INDEX CONCURRENTLY IF EXISTS day_totals_next_idx"],
    ),
    "next_rule": (
        [f"{RULE} NOT VALID"],
        ["ALTER TABLE day_totals DROP CONSTRAINT day_totals_next_check"],
    ),
    "next_rule_of_old_rows": (
        ["ALTER TABLE day_totals VALIDATE CONSTRAINT day_totals_next_check"],
        [],
    ),
}
GREEDY = ["LOCK TABLE members IN ACCESS EXCLUSIVE MODE", "SELECT pg_sleep(3)"]
REVISION = """
from alembic import op

revision = "{name}"
down_revision = "{below}"
expands = True


def run(statements, apart):
    if apart:
        with op.get_context().autocommit_block():
            for one in statements:
                op.execute(one)
    else:
        for one in statements:
            op.execute(one)


def upgrade() -> None:
    run({up}, {apart})


def downgrade() -> None:
    run({down}, {apart})
"""


def next_release(folder, below, *, greedy=False):
    """Write the revisions above `below` into the folder. Greedy: the first one holds a table."""
    folder.mkdir()
    for name, (up, down) in STEPS.items():
        does = [*GREEDY, *up] if greedy and name == "next_column" else up
        apart = any("CONCURRENTLY" in one for one in up)
        said = REVISION.format(name=name, below=below, up=does, down=down, apart=apart)
        (folder / f"{name}.py").write_text(said)
        below = name
    return folder
