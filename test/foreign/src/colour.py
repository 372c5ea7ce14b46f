"""Says whether the pixel near the lower right corner of a PNG picture is red."""

import struct
import sys
import zlib

data = open(sys.argv[1], "rb").read()
at, packed = 8, b""
while at < len(data):
    size, kind = struct.unpack(">I4s", data[at : at + 8])
    if kind == b"IHDR":
        width, height, depth, colours = struct.unpack(">IIBB", data[at + 8 : at + 18])
    if kind == b"IDAT":
        packed += data[at + 8 : at + 8 + size]
    at += size + 12
assert depth == 8
bytes_per_pixel = {2: 3, 6: 4}[colours]
stride = 1 + width * bytes_per_pixel
rows = zlib.decompress(packed)
previous = bytearray(width * bytes_per_pixel)
for y in range(height):
    kind, row = rows[y * stride], bytearray(rows[y * stride + 1 : (y + 1) * stride])
    for i in range(len(row)):
        left = row[i - bytes_per_pixel] if i >= bytes_per_pixel else 0
        corner = previous[i - bytes_per_pixel] if i >= bytes_per_pixel else 0
        up = previous[i]
        guess = left + up - corner
        paeth = min((left, up, corner), key=lambda one: abs(guess - one))
        row[i] = (row[i] + [0, left, up, (left + up) // 2, paeth][kind]) & 255
    previous = row
pixel = tuple(previous[-4 * bytes_per_pixel :][:3])
print("red" if pixel == (255, 0, 0) else f"not red: {pixel}")
