"""What every answer tells browsers and caches, and what pages may run."""

import re

import pytest

PAGES = ["/", "/docs"]
ANSWERS = [
    *PAGES,
    "/console.css",
    "/openapi.json",
    "/healthz",
    "/readyz",
    "/nowhere",
    "/v1/tiers",
    "/v1/changes",
    "/.well-known/jwks.json",
    "/v1/%FF",
]


@pytest.mark.parametrize("path", ANSWERS)
async def test_every_answer_is_what_it_says_and_in_no_frame(web, path):
    headers = (await web.get(path)).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Request-Id"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "Server" not in headers
    assert "Cache-Control" in headers


@pytest.mark.parametrize("path", PAGES)
async def test_pages_run_scripts_of_their_own_files_alone(web, path):
    answer = await web.get(path)

    policy = dict(
        part.strip().partition(" ")[::2]
        for part in answer.headers["Content-Security-Policy"].split(";")
    )
    assert policy.get("script-src", "'none'") in {"'none'", "'self'"}
    assert policy["base-uri"] == "'none'"
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>\s*[^\s<]", answer.text)
    assert not re.search(r"<[^>]+\son\w+\s*=|javascript:", answer.text)
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", answer.text)


async def test_secrets_are_kept_by_no_cache(web, program):
    headers = await program.mint("admin")

    made = await web.post("/v1/keys", headers=headers, json={"name": "n", "scopes": ["admin"]})

    assert made.status_code == 201
    assert made.headers["Cache-Control"] == "no-store"
