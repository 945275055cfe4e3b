"""A chart of what a check costs by the number of customers, drawn by hand: both scales by tens."""

from math import ceil, floor, log10
from pathlib import Path

PICTURE = Path(__file__).parent / "bench.svg"
WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 80, 190, 50, 60
COLORS = ("#2f6fde", "#d9822b", "#8a8f98")
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 15px; font-weight: 600 }
  .grid { stroke: #d0d7de }
  .line { fill: none; stroke-width: 2.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .grid { stroke: #444c56 }
  }
"""
TITLE = "What a check costs by the number of customers"


def draw(points):
    """The picture of {label: {members: seconds}}, in the order of the labels."""
    members = sorted({number for line in points.values() for number in line})
    seconds = [value for line in points.values() for value in line.values()]
    across = _scale(log10(members[0]), log10(members[-1]), LEFT, WIDTH - RIGHT)
    lowest, highest = floor(log10(min(seconds))), ceil(log10(max(seconds)))
    up = _scale(lowest, highest, HEIGHT - BOTTOM, TOP)
    parts = [
        *_axes(members, across, range(lowest, highest + 1), up),
        *(
            part
            for color, (label, line) in zip(COLORS, points.items(), strict=False)
            for part in _line(label, color, [(across(n), up(line[n])) for n in sorted(line)])
        ),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="{TITLE}">\n<title>{TITLE}</title>\n<style>{STYLE}</style>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _scale(low, high, begin, end):
    span = (high - low) or 1

    def at(value):
        return begin + (log10(value) - low) / span * (end - begin)

    return at


def _axes(members, across, tens, up):
    floor_y, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    yield f'<text class="title" x="{LEFT}" y="26">{TITLE}</text>'
    for ten in tens:
        y = up(10**ten)
        yield f'<path class="grid" d="M{LEFT} {y:.1f}H{right}"/>'
        yield f'<text x="{LEFT - 10}" y="{y + 4:.1f}" text-anchor="end">{10.0**ten:g} s</text>'
    for number in members:
        x = across(number)
        yield f'<path class="grid" d="M{x:.1f} {TOP}V{floor_y}"/>'
        yield f'<text x="{x:.1f}" y="{floor_y + 20}" text-anchor="middle">{_count(number)}</text>'
    middle = (LEFT + right) / 2
    yield f'<text x="{middle}" y="{HEIGHT - 14}" text-anchor="middle">customers</text>'
    yield (
        f'<text x="18" y="{(TOP + floor_y) / 2}" text-anchor="middle"'
        f' transform="rotate(-90 18 {(TOP + floor_y) / 2})">seconds</text>'
    )


def _line(label, color, places):
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield f'<polyline class="line" stroke="{color}" points="{path}"/>'
    for x, y in places:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{color}"/>'
    x, y = places[-1]
    yield f'<text x="{x + 12:.1f}" y="{y + 4:.1f}" style="fill:{color}">{label}</text>'


def _count(number):
    return f"{number // 1_000_000}M" if number >= 1_000_000 else f"{number // 1000}k"
