"""plot_scale.py TABLE SVG: seconds over rows, both logarithmic, a line for each command; dotted: twice the rows, twice the time."""
import math
import sys

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 400, 60, 90, 20, 50
COLOURS = ["#1b6ca8", "#c8553d", "#3a7d44", "#7b4b94"]

series = {}
for line in open(sys.argv[1]).read().splitlines()[1:]:
    command, rows, seconds = line.split("\t")[:3]
    series.setdefault(command, []).append((int(rows), float(seconds)))
points = [p for line in series.values() for p in line]
x0, x1 = (math.log10(f(r for r, _ in points)) for f in (min, max))
y0, y1 = (g(math.log10(f(s for _, s in points))) for f, g in ((min, math.floor), (max, math.ceil)))


def x(rows):
    return LEFT + (math.log10(rows) - x0) / max(x1 - x0, 1) * (WIDTH - LEFT - RIGHT)


def y(seconds):
    return HEIGHT - BOTTOM - (math.log10(seconds) - y0) / max(y1 - y0, 1) * (HEIGHT - TOP - BOTTOM)


svg = [
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
    f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
]
for power in range(y0, y1 + 1):
    at = y(10**power)
    svg.append(f'<path d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>')
    svg.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{10**power:g} s</text>')
for rows in sorted({r for r, _ in points}):
    svg.append(f'<path d="M{x(rows):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>')
    svg.append(f'<text x="{x(rows):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{rows:,}</text>')
svg.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">rows</text>')
most = max(r for r, _ in points)
for (command, line), colour in zip(series.items(), COLOURS):
    line.sort()
    path = "L".join(f"{x(r):.1f} {y(s):.1f}" for r, s in line)
    svg.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
    rows, seconds = line[-1]
    start = max(10**x0, rows * 10**y0 / seconds)
    svg.append(
        f'<path d="M{x(start):.1f} {y(seconds * start / rows):.1f}L{x(rows):.1f} {y(seconds):.1f}" stroke="{colour}" stroke-dasharray="2 4"/>')
    for r, s in line:
        svg.append(f'<circle cx="{x(r):.1f}" cy="{y(s):.1f}" r="3" fill="{colour}"/>')
    svg.append(f'<text x="{x(rows) + 8:.1f}" y="{y(seconds) + 4:.1f}" fill="{colour}">{command}</text>')
svg.append("</svg>")
open(sys.argv[2], "w").write("\n".join(svg) + "\n")
