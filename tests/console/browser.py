"""A real browser before answers of the service: Debian's Chromium or the user's."""

import os
import shutil
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ADDRESS = "http://shop.example/"


def program():
    """The browser's program; the test is skipped where there is none."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("There is no browser: install chromium.")
    return found


# Of every text: the ratio of its color to the first opaque ground behind it (WCAG 2.2, 1.4.3).
CONTRASTS = """() => {
  const read = (color) => color.match(/[0-9.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((one) => one / 255)
    .map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, place) => sum + one * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = (one) => {
    const color = one ? read(getComputedStyle(one).backgroundColor) : [255, 255, 255];
    return color[3] === 0 ? ground(one.parentElement) : color;
  };
  const found = {};
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.textContent.trim(), one = texts.currentNode.parentElement;
    if (!text || one.closest("style, progress")) continue;
    const pair = [read(getComputedStyle(one).color), ground(one)].map(light);
    found[text] = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  }
  return found;
}"""


@asynccontextmanager
async def browser():
    """Headless, without anything from the network."""
    executable = program()
    sandbox = [] if os.getuid() else ["--no-sandbox"]
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(
            executable_path=executable, args=["--disable-gpu", *sandbox]
        )
        yield found
        await found.close()


@asynccontextmanager
async def shown(found, answer, *, around="{}", width=480):
    """A page that shows an answer under its own headers; `page.said`: what the console said."""
    context = await found.new_context(viewport={"width": width, "height": 800})
    page = await context.new_page()
    page.said = []
    page.on("console", lambda one: page.said.append(one.text))
    page.on("pageerror", lambda one: page.said.append(str(one)))
    kept = ("content-type", "content-security-policy", "content-language")
    headers = {name: answer.headers[name] for name in kept if name in answer.headers}

    async def give(route):
        if route.request.url == ADDRESS:
            await route.fulfill(headers=headers, body=around.format(answer.text))
        else:
            await route.fulfill(status=204)

    await page.route("**/*", give)
    await page.goto(ADDRESS)
    yield page
    if folder := os.environ.get("TIERS_SCREENSHOTS"):
        name = os.environ["PYTEST_CURRENT_TEST"].partition("::")[2].split()[0]
        await page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    await context.close()


async def contrasts(page):
    """Text → the contrast that it has."""
    return await page.evaluate(CONTRASTS)
