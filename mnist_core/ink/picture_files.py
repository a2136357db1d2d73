"""Pictures from anywhere: files, uploads and cameras, read in bounded time and memory whatever is in them."""

from codecs import getincrementaldecoder
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from mnist_core.errors import DrawingError
from mnist_core.ink.pictures import WORKING_SIDE, at_most
from mnist_core.language import gettext as _
from mnist_core.language import noop as N_
from mnist_core.language import number
from mnist_core.types import MAX_PIXELS, Drawing, UInt8Array, describe

if TYPE_CHECKING:
    from PIL import Image
    from PIL.JpegImagePlugin import JpegImageFile

# What strangers may send: pictures of dots that Pillow decodes by itself. Not among them: what starts a program (EPS,
# WMF), what Pillow decodes slowly in Python (PPM as text, many of the 1980s' formats), and what hardly anybody has.
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")

MAX_FILE_BYTES = 128 * 1024 * 1024
# A JPEG is decoded at a reduced scale, which takes no memory for its pixels: as many as the largest phone cameras have.
MAX_JPEG_PIXELS = 200_000_000
# One in several scans (a progressive one) is kept in memory as a whole, 3 to 8 bytes a pixel, and read once a scan.
MAX_SCANNED_PIXELS = 64_000_000
MAX_SCANS = 50
JPEG_START, SCAN_MARKER = b"\xff\xd8\xff", b"\xff\xda"

# Of an animation that begins blank so many pictures are looked at; blank is one in which shades differ by no more.
MAX_FRAMES, BLANK = 60, 8

# The first bytes of what people send instead of such a picture.
_SIGNATURES = (
    (b"%PDF", N_("a PDF document")),
    (b"%!PS", N_("a PostScript document")),
    (b"8BPS", N_("a Photoshop document")),
    (b"PK\x03\x04", N_("a ZIP archive or an office document")),
    (b"<svg", N_("an SVG drawing")),
    (b"<?xml", N_("an XML document")),
)
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def read_picture(source: str | Path | bytes | BinaryIO) -> Drawing:
    """The picture in a file, in bytes or in a binary file object such as an upload, turned as its EXIF data says.

    It is made at most `WORKING_SIDE` pixels a side, since more detail cannot reach 28x28. Of an animation the first
    picture that is not blank is read, or the first of all. A JPEG may have `MAX_JPEG_PIXELS` pixels, everything else
    `MAX_PIXELS`. Shades of more than 8 bits are brought to 8 by the picture's own darkest and lightest.

    Parameters
    ----------
    source
        Path, bytes, or binary file object; the last is read from its beginning, and named by its `name`.

    Raises
    ------
    DrawingError
        If it cannot be read, holds no picture, is damaged, or has too many pixels (it is then not decoded).
    """
    name = _name(source)
    data = _content(source, name)
    if not data:
        raise DrawingError(_("{name} is empty. Received: 0 bytes. Choose it again, or another one."), name=name)
    if len(data) > MAX_FILE_BYTES:
        text = _("{name} is too large a file: a picture has at most {most} MB. Make it smaller first.")
        raise DrawingError(text, name=name, most=MAX_FILE_BYTES // 2**20)
    return Drawing.from_pixels(_decoded(_opened(data, name), data, name))


def _name(source: object) -> str:
    """What messages call a picture, as the beginning of a sentence."""
    name = source if isinstance(source, str | Path) else getattr(source, "name", None)
    return str(name) if isinstance(name, str | Path) and str(name) else _("The picture")


def _content(source: str | Path | bytes | BinaryIO, name: str) -> bytes:
    """All bytes, or one more than there may be."""
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    try:
        if isinstance(source, str | Path):
            with Path(source).open("rb") as file:
                return file.read(MAX_FILE_BYTES + 1)
        if source.seekable():
            source.seek(0)
        data = source.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        text = _("{name} cannot be read: {error}. Choose it again, or another one.")
        raise DrawingError(text, name=name, error=error) from error
    except AttributeError as error:
        raise DrawingError(
            f"A picture must be a path, bytes or a binary file. Received: {describe(source)}."
        ) from error
    if not isinstance(data, bytes):
        raise DrawingError(f"{name} must be opened as a binary file. Received: {describe(data)}.")
    return data


def _opened(data: bytes, name: str) -> "Image.Image":
    """A picture whose size is known and small enough, and of which nothing is decoded yet."""
    from PIL import Image, UnidentifiedImageError
    from PIL.JpegImagePlugin import JpegImageFile

    is_jpeg = data.startswith(JPEG_START)
    try:
        # Pillow's own limit on pixels would refuse a JPEG before it is known at what scale it is decoded.
        picture = JpegImageFile(BytesIO(data)) if is_jpeg else Image.open(BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_many(name, _("PNG and the like"), MAX_PIXELS, _("more than 100 million")) from error
    except UnidentifiedImageError as error:
        raise _no_picture(name, data) from error
    except Exception as error:  # Pillow's plugins raise whatever a damaged header leads them to
        raise _damaged(name, data, error) from error
    width, height = picture.size
    if isinstance(picture, JpegImageFile):
        _check_jpeg(picture, data, name)
    elif width * height > MAX_PIXELS:
        raise _too_many(name, str(picture.format), MAX_PIXELS, f"{width} x {height}")
    elif picture.format == "BMP" and picture.tile[0][0] == "bmp_rle":
        # A few bytes of it can ask for any amount of memory, and Pillow gives it.
        text = _("{name} is a compressed BMP file, which is not read. Save it as JPEG or PNG.")
        raise DrawingError(text, name=name)
    return picture


def _check_jpeg(picture: "JpegImageFile", data: bytes, name: str) -> None:
    """Refuse a JPEG that takes too long or too much memory even at a reduced scale."""
    width, height = picture.size
    received = f"{width} x {height}"
    if width * height > MAX_JPEG_PIXELS:
        raise _too_many(name, "JPEG", MAX_JPEG_PIXELS, received)
    if _is_one_scan(picture, data):
        return
    if width * height > MAX_SCANNED_PIXELS:
        raise _too_many(name, _("progressive JPEG"), MAX_SCANNED_PIXELS, received)
    scans = data.count(SCAN_MARKER)
    if scans > MAX_SCANS:
        text = _("{name} is a JPEG in too many scans: at most {most} are read. Received: {scans}. Save it as PNG.")
        raise DrawingError(text, name=name, most=MAX_SCANS, scans=scans)


def _is_one_scan(picture: "JpegImageFile", data: bytes) -> bool:
    """Whether all colours of a JPEG come together: then it is decoded while it is read, and not kept in memory."""
    colours = len(picture.getbands())
    length = 6 + 2 * colours
    start = picture.fp.tell() - length if picture.fp else 0  # Pillow has just read the head of the first scan
    return "progressive" not in picture.info and data[start : start + 3] == bytes([0, length, colours])


def _decoded(picture: "Image.Image", data: bytes, name: str) -> UInt8Array:
    """The pixels, upright and at most `WORKING_SIDE` a side."""
    try:
        # Only a JPEG can be decoded at a reduced scale; the longer side counts.
        picture.draft(None, (WORKING_SIDE, 1) if picture.width >= picture.height else (1, WORKING_SIDE))
        if picture.width * picture.height > MAX_PIXELS:
            raise _too_many(name, str(picture.format), MAX_PIXELS, f"{picture.width} x {picture.height}")
        pixels = _shades(picture)
        if _is_blank(pixels):
            pixels = next(filter(lambda later: not _is_blank(later), _later(picture)), pixels)
    except DrawingError:
        raise
    except Exception as error:  # so do its decoders
        raise _damaged(name, data, error) from error
    return at_most(pixels, WORKING_SIDE)


def _later(picture: "Image.Image") -> Iterator[UInt8Array]:
    """The pictures of an animation after its first, as many as take no longer than one large picture."""
    frames = min(getattr(picture, "n_frames", 1), MAX_PIXELS // (picture.width * picture.height))
    for place in range(1, min(frames, MAX_FRAMES)):
        picture.seek(place)
        yield _shades(picture)


def _is_blank(pixels: UInt8Array) -> bool:
    """Whether a picture is of one colour, or nearly."""
    return bool(np.ptp(pixels.reshape(-1, *pixels.shape[2:]), axis=0).max() <= BLANK)


def _shades(picture: "Image.Image") -> UInt8Array:
    """The pixels as 8 bits."""
    picture.load()
    return _own_range(picture) if picture.mode == "F" or picture.mode[0] == "I" else _eight_bits(picture)


def _eight_bits(picture: "Image.Image") -> UInt8Array:
    """The pixels of a picture of 8 bits or less a colour, grey, RGB or RGBA."""
    from PIL import ImageChops

    if picture.mode == "CMYK" and picture.format == "JPEG" and "adobe" not in picture.info:
        picture = ImageChops.invert(picture)  # Pillow takes every CMYK JPEG for one of Adobe's, which are inverted
    if picture.mode == "LAB":
        picture = picture.getchannel(0)  # the lightness
    mode = "RGBA" if picture.has_transparency_data else "L" if picture.mode in ("1", "L") else "RGB"
    if picture.mode != mode:
        picture = picture.convert(mode)
    factor = max(picture.size) // WORKING_SIDE
    return np.asarray(_upright(picture.reduce(factor) if factor > 1 else picture))


def _own_range(picture: "Image.Image") -> UInt8Array:
    """A grey picture of 16 or 32 bits or of fractions as 8 bits, from its own darkest to its own lightest shade."""
    shades = np.array(_upright(picture), np.float32)
    finite = np.isfinite(shades)
    if not finite.any():
        raise DrawingError(
            _("The picture's shades are no numbers (NaN) or infinite. Save it as PNG with 8 bits a colour.")
        )
    if not finite.all():
        shades[~finite] = np.median(shades[finite])  # mostly paper
    np.clip(shades, -1e30, 1e30, out=shades)
    small = at_most(shades, WORKING_SIDE).astype(np.float64)
    low, high = small.min(), small.max()
    return np.rint((small - low) * (255 / max(high - low, 1e-30))).astype(np.uint8)


def _upright(picture: "Image.Image") -> "Image.Image":
    """A picture turned as its EXIF data says; one whose EXIF data is damaged as it is."""
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # the parser of EXIF data raises whatever damaged data leads it to
        return picture


def _too_many(name: str, kind: str, most: int, received: str) -> DrawingError:
    """The error for a picture that is not decoded."""
    text = _(
        "{name} has too many pixels: at most {most} million are read of {kind}. "
        "Received: {received} pixels. Make it smaller first."
    )
    return DrawingError(text, name=name, most=most // 1_000_000, kind=kind, received=received)


def _no_picture(name: str, data: bytes) -> DrawingError:
    """The error for what is no picture: what it is instead, and what to do."""
    if _is_heic(data):
        text = _(
            "{name} is no picture that can be read. Received: a HEIC photo, as iPhones take them. Save it as JPEG or "
            "PNG, or take it with the camera button; in the iPhone's settings, Camera, Formats, Most Compatible gives "
            "JPEG from now on."
        )
        return DrawingError(text, name=name)
    text = _(
        "{name} is no picture that can be read. It must be a JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF file. "
        "Received: {kind}. Save it as JPEG or PNG."
    )
    return DrawingError(text, name=name, kind=_kind(data))


def _damaged(name: str, data: bytes, error: Exception) -> DrawingError:
    """The error for a picture that begins like one and does not go on so."""
    if _is_heic(data):
        return _no_picture(name, data)
    text = _(
        "{name} is damaged or was cut off, and cannot be read ({error}). Received: {size} bytes. "
        "Choose it again, or save it anew as JPEG or PNG."
    )
    return DrawingError(text, name=name, error=error, size=number(len(data)))


def _is_heic(data: bytes) -> bool:
    """Whether a file begins as the photos of iPhones do."""
    return data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS and b"avif" not in data[8:64]


def _kind(data: bytes) -> str:
    """What a file that is no picture is, by its first bytes."""
    head = data[:256].lstrip()
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return _(kind)
    if data[4:8] == b"ftyp":
        return _("a video or sound")
    text = _("{size} bytes of text") if _is_text(head) else _("{size} bytes of an unknown kind")
    return text.format(size=number(len(data)))


def _is_text(head: bytes) -> bool:
    """Whether a file begins with UTF-8 and no control characters; the last character may be cut off."""
    try:
        getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return not any(byte < 9 or 13 < byte < 32 for byte in head)
