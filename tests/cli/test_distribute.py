"""`tiers distribute` without Citus."""


def test_it_says_that_there_is_no_citus_and_ends_so(tiers):
    said = tiers("distribute")

    assert said.returncode == 78
    assert said.stdout == ""
    assert said.stderr == (
        "This database has no Citus extension: nothing was changed, and nothing needs to be.\n"
    )
