"""Writes pictures, and beside them what Pillow makes of each: the 28x28 grey pixels that the AWS
SAM machine-learning templates give to their model. PillowTest asks for the same bytes.

    pip install Pillow==12.3.0
    python3 pillow.py

The same Pillow writes the same files again: all that is random has a seed. Pillow 11.3.0 gives
the same pixels; 13.0.0 resizes otherwise, by one grey level in most pixels of some pictures and by
12 at most. pillow.zip holds the pictures, pillow.txt a line for each: name, size as Pillow
sees it, and the 784 bytes in hex.
"""

import io
import random
import struct
import zipfile
import zlib

from PIL import Image, ImageOps

RNG = random.Random(7)
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
FILES = []


def noise(count):
    return bytes(RNG.getrandbits(8) for _ in range(count))


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def filtered(rows, distance):
    """Rows of bytes with a filter of PNG, another one for each row."""
    out = bytearray()
    above = bytes(len(rows[0]))
    for row in rows:
        kind = RNG.randrange(5)
        out.append(kind)
        for i, value in enumerate(row):
            left = row[i - distance] if i >= distance else 0
            corner = above[i - distance] if i >= distance else 0
            up = above[i]
            estimate = left + up - corner
            paeth = min((abs(estimate - left), 0, left), (abs(estimate - up), 1, up), (abs(estimate - corner), 2, corner))[2]
            out.append((value - (0, left, up, (left + up) // 2, paeth)[kind]) & 255)
        above = row
    return bytes(out)


def png(width, height, colour, depth, interlaced, extra=b""):
    """A PNG of noise that Pillow itself cannot write: any colour type, depth and interlacing."""
    data = b""
    for left, top, step_x, step_y in PASSES if interlaced else [(0, 0, 1, 1)]:
        columns = len(range(left, width, step_x))
        rows = len(range(top, height, step_y))
        if columns and rows:
            bits = CHANNELS[colour] * depth
            data += filtered([noise((columns * bits + 7) // 8) for _ in range(rows)], max(1, bits // 8))
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 1 if interlaced else 0)
    packed = zlib.compress(data)
    cut = len(packed) // 2
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"tEXt", b"Comment\0passed over")
        + chunk(b"IDAT", packed[:cut])
        + chunk(b"IDAT", packed[cut:])
        + chunk(b"IEND", b"")
    )


def smooth(width, height, mode):
    channels = len(mode)
    small = Image.frombytes(mode, (max(2, width // 8), max(2, height // 8)), noise(max(2, width // 8) * max(2, height // 8) * channels))
    return small.resize((width, height))


def saved(image, **options):
    out = io.BytesIO()
    image.save(out, **options)
    return out.getvalue()


def add(name, data):
    FILES.append((name, data))


def side():
    return RNG.randrange(1, 60)


for colour, depths in ((0, (1, 2, 4, 8, 16)), (2, (8, 16)), (3, (1, 2, 4, 8)), (4, (8, 16)), (6, (8, 16))):
    for depth in depths:
        for interlaced in (False, True):
            extra = chunk(b"PLTE", noise(3 * 2**depth)) if colour == 3 else b""
            add(f"colour{colour}-depth{depth}{'-interlaced' if interlaced else ''}.png", png(side(), side(), colour, depth, interlaced, extra))
add("palette-transparent.png", png(31, 20, 3, 4, False, chunk(b"PLTE", noise(48)) + chunk(b"tRNS", noise(7))))
add("grey-transparent.png", png(31, 20, 0, 8, False, chunk(b"tRNS", b"\0\x80")))
add("colour-transparent.png", png(31, 20, 2, 8, False, chunk(b"tRNS", b"\0\1\0\2\0\3")))
for width, height in ((1, 1), (1, 40), (40, 1), (28, 28), (28, 50), (50, 28), (27, 29), (56, 56), (3, 200)):
    add(f"grey-{width}x{height}.png", png(width, height, 0, 8, False))
for width, height in ((300, 201), (28, 300), (640, 480)):
    add(f"smooth-{width}x{height}.png", saved(smooth(width, height, "L"), format="PNG", optimize=True))
for subsampling in (0, 1, 2):
    for progressive in (False, True):
        add(f"jpeg-sampling{subsampling}{'-progressive' if progressive else ''}.jpg", saved(smooth(75, 61, "RGB"), format="JPEG", quality=85, subsampling=subsampling, progressive=progressive))
add("jpeg-grey.jpg", saved(smooth(120, 91, "L"), format="JPEG"))
add("jpeg-coarse.jpg", saved(smooth(90, 64, "RGB"), format="JPEG", quality=20))
add("jpeg-rgb.jpg", saved(smooth(64, 50, "RGB"), format="JPEG", quality=90, keep_rgb=True))
add("jpeg-restarts.jpg", saved(smooth(64, 50, "RGB"), format="JPEG", restart_marker_blocks=2))
exif = Image.Exif()
exif[0x0112] = 6
add("jpeg-turned.jpg", saved(smooth(80, 50, "RGB"), format="JPEG", exif=exif))

# One upright picture as eight cameras would store it, each held in another way
upright = Image.new("L", (60, 80), 235)
upright.paste(40, (18, 15, 44, 21))
upright.paste(40, (38, 21, 44, 66))
stored = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
with zipfile.ZipFile("turned.zip", "w", zipfile.ZIP_STORED) as turned:
    for number, how in stored.items():
        image = upright if how is None else upright.transpose(how)
        for form in ("png", "jpeg"):
            exif = Image.Exif()
            exif[0x0112] = number
            data = saved(image, format=form, exif=exif)
            if form == "png":
                assert ImageOps.exif_transpose(Image.open(io.BytesIO(data))).tobytes() == upright.tobytes()
            turned.writestr(zipfile.ZipInfo(f"{number}.{form}"), data)

# What Pillow reads and Escala refuses
smooth(40, 30, "CMYK").save("cmyk.jpg", quality=70)

with zipfile.ZipFile("pillow.zip", "w", zipfile.ZIP_STORED) as pictures, open("pillow.txt", "w", encoding="ascii") as expected:
    for name, data in FILES:
        pictures.writestr(zipfile.ZipInfo(name), data)
        image = Image.open(io.BytesIO(data))
        pixels = image.convert("L").resize((28, 28)).tobytes()
        expected.write(f"{name} {image.size[0]}x{image.size[1]} {pixels.hex()}\n")
