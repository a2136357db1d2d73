"""Picture files of every kind that a visitor may have, made here; each is read right or refused in a sentence."""

import io
import struct
import subprocess
import sys
import time
import zlib

import numpy as np
import pytest
from PIL import Image, ImageChops

from mnist_core import ink
from mnist_core.errors import DrawingError, EmptyDrawingError
from mnist_core.ink import picture_files
from mnist_core.ink.pictures import WORKING_SIDE
from mnist_core.synthesis.canvas import painted
from tests.strokes import SEVEN

SIDE = 400
TURN = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE", 6: "ROTATE_90", 7: "TRANSVERSE"}
TURN[8] = "ROTATE_270"


def seven(width=SIDE, height=SIDE):
    """A black 7 on white."""
    drawn = painted([np.array(stroke, np.float32) for stroke in SEVEN], 20, (SIDE, SIDE))
    return Image.fromarray(255 - drawn).resize((width, height))


def saved(image, form, **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def pixels(source):
    return ink.digit_image(ink.read_picture(source)).pixels


def is_seven(source):
    return np.abs(pixels(source) - pixels(saved(seven(), "PNG"))).mean() < 0.02


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, *chunks, depth=8, colour=0):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IEND", b"")


# Where it comes from


def test_a_path_bytes_and_a_file_are_the_same_picture(tmp_path):
    data = saved(seven(), "PNG")
    path = tmp_path / "seven.png"
    path.write_bytes(data)
    used = io.BytesIO(data)
    used.read()  # what was read before is read again from its beginning
    pictures = [ink.read_picture(source).pixels for source in (path, str(path), data, memoryview(data), used)]
    with path.open("rb") as file:
        pictures.append(ink.read_picture(file).pixels)
    for picture in pictures:
        np.testing.assert_array_equal(picture, np.asarray(seven()))


def test_messages_name_the_file_where_it_has_a_name():
    upload = io.BytesIO(b"no picture")
    with pytest.raises(DrawingError, match=r"^The picture is no picture"):
        ink.read_picture(upload)
    upload.name = "holiday.jpg"
    with pytest.raises(DrawingError, match=r"^holiday\.jpg is no picture"):
        ink.read_picture(upload)


@pytest.mark.parametrize("source", [None, 5, io.StringIO("text"), ["a"]], ids=["none", "number", "text file", "list"])
def test_what_is_no_source_is_refused(source):
    with pytest.raises(DrawingError, match=r"binary file\. Received"):
        ink.read_picture(source)


def test_a_closed_or_missing_file_is_refused_by_name(tmp_path):
    closed = io.BytesIO(b"")
    closed.close()
    for source in (closed, tmp_path / "missing.png", tmp_path, ""):
        with pytest.raises(DrawingError, match="cannot be read"):
            ink.read_picture(source)


# Forms of pictures


def coloured(mode):
    """The 7 in one of Pillow's modes."""
    if mode == "P, transparent":
        palette = Image.fromarray((np.asarray(seven()) > 127).astype(np.uint8), "P")
        palette.putpalette([0, 0, 0, 0, 0, 0])
        palette.info["transparency"] = 1
        return palette
    if mode == "LA":
        return Image.merge("LA", (Image.new("L", (SIDE, SIDE)), ImageChops.invert(seven())))
    return seven().convert(mode)


FORMS = {
    **{f"{mode} {form}": (mode, form) for mode in ("1", "L", "P", "RGB") for form in ("PNG", "GIF", "BMP", "TIFF")},
    **{f"{mode} {form}": (mode, form) for mode in ("L", "RGB", "RGBA") for form in ("WEBP", "AVIF")},
    **{f"{mode} PNG": (mode, "PNG") for mode in ("P, transparent", "LA", "RGBA")},
    **{f"{mode} TIFF": (mode, "TIFF") for mode in ("LA", "RGBA", "CMYK", "I", "F", "LAB")},
    **{f"{mode} JPEG": (mode, "JPEG") for mode in ("L", "RGB", "CMYK", "YCbCr")},
}


@pytest.mark.parametrize(("mode", "form"), FORMS.values(), ids=FORMS)
def test_every_form_of_picture_is_read_right(mode, form):
    if mode == "LAB":
        shades = np.asarray(seven())
        image = Image.merge("LAB", [Image.fromarray(each) for each in (shades, shades * 0, shades * 0)])
    else:
        image = coloured(mode)
    assert is_seven(saved(image, form))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_as_its_exif_says(form, orientation):
    stored = seven(300, SIDE)
    if orientation > 1:
        stored = stored.transpose(Image.Transpose[TURN[orientation]])
    exif = Image.Exif()
    exif[0x0112] = orientation
    drawing = ink.read_picture(saved(stored.convert("RGB"), form, exif=exif))
    assert drawing.size == (300, SIDE)
    straight = pixels(saved(seven(300, SIDE), "PNG"))
    assert np.abs(ink.digit_image(drawing).pixels - straight).mean() < 0.01


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_picture_with_damaged_exif_is_read():
    exif = b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\x01\x12\0\x03\xff\xff\xff\xff" * 9
    assert is_seven(saved(seven(), "JPEG", exif=exif))


@pytest.mark.parametrize("low", [0, 1000, 60_000])
@pytest.mark.parametrize("span", [600, 4095, 5000])
def test_sixteen_bits_are_brought_to_eight_by_their_own_range(low, span):
    deep = (low + np.asarray(seven()).astype(np.uint16) // 255 * np.uint16(span)).astype(np.uint16)
    read = ink.read_picture(saved(Image.fromarray(deep), "PNG")).pixels
    assert (read.min(), read.max()) == (0, 255)
    assert is_seven(saved(Image.fromarray(deep), "PNG"))


def test_a_flat_picture_of_sixteen_bits_is_empty():
    with pytest.raises(EmptyDrawingError):
        pixels(saved(Image.fromarray(np.full((50, 50), 3000, np.uint16)), "PNG"))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_in_a_picture_of_fractions_counts_as_paper(bad):
    shades = np.asarray(seven()).astype(np.float32) / 255 - 0.5
    shades[:20, 300:] = bad
    assert is_seven(saved(Image.fromarray(shades), "TIFF"))
    with pytest.raises(DrawingError, match="no numbers"):
        ink.read_picture(saved(Image.fromarray(np.full((9, 9), bad, np.float32)), "TIFF"))


def test_the_largest_fractions_do_not_overflow():
    shades = np.where(np.asarray(seven()) > 127, np.float32(3e38), np.float32(-3e38))
    assert is_seven(saved(Image.fromarray(shades), "TIFF"))


def test_a_cmyk_jpeg_that_is_not_adobes_is_not_inverted():
    data = saved(ImageChops.invert(seven().convert("CMYK")), "JPEG", quality=95)
    start = data.index(b"\xff\xee")
    plain = data[:start] + data[start + 2 + int.from_bytes(data[start + 2 : start + 4], "big") :]
    assert b"Adobe" not in plain
    assert is_seven(plain)


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_of_an_animation_the_first_picture_is_read(form):
    others = [Image.new("RGB", (SIDE, SIDE), (shade, 0, 0)) for shade in (50, 100)]
    assert is_seven(saved(seven().convert("RGB"), form, save_all=True, append_images=others))


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (2, 2)])
def test_the_smallest_and_longest_pictures_are_read_or_empty(size):
    flat = ink.read_picture(saved(Image.new("L", size), "PNG"))
    assert flat.size == tuple(min(side, WORKING_SIDE) for side in size)
    with pytest.raises(EmptyDrawingError):
        ink.digit_image(flat)
    stripes = np.arange(size[0] * size[1], dtype=np.uint32).reshape(size[::-1]) // 7 % 2 * 255
    if stripes.any():
        assert pixels(saved(Image.fromarray(stripes.astype(np.uint8)), "PNG")).shape == (28, 28)


def test_mnists_own_images_are_read_as_they_are(mnist):
    for image in mnist.split("test").images[:20]:
        drawing = ink.read_picture(saved(Image.fromarray(np.array(image)), "PNG"))
        np.testing.assert_array_equal(drawing.pixels, image)


# What is no picture, or a damaged one

HEIC = b"\0\0\0\x24ftypheic\0\0\0\0mif1heic" + b"\0" * 200

INSTEAD = {
    "cut text": (("é".encode() * 200)[:399], "399 bytes of text"),
    "text": (b"Dear visitor,\nthis is no picture.", "33 bytes of text"),
    "unknown": (bytes(range(256)) * 9, "2,304 bytes of an unknown kind"),
    "heic": (HEIC, "a HEIC photo, as iPhones take them.*JPEG or PNG.*camera button"),
    "mif1": (HEIC.replace(b"ftypheic", b"ftypmif1"), "a HEIC photo"),
    "pdf": (b"%PDF-1.7\n" + b"\0" * 99, "a PDF document"),
    "svg": (b' <svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing"),
    "eps": (saved(seven().convert("RGB"), "EPS"), "a PostScript document"),
    "ppm": (saved(seven(), "PPM"), "160,015 bytes of an unknown kind"),
    "video": (b"\0\0\0\x18ftypmp42" + b"\0" * 99, "a video"),
    "zip": (b"PK\x03\x04" + b"\0" * 99, "a ZIP archive"),
}


@pytest.mark.parametrize(("data", "words"), INSTEAD.values(), ids=INSTEAD)
def test_what_is_no_picture_is_refused_by_what_it_is(data, words):
    with pytest.raises(DrawingError, match=f"(?s)no picture that can be read.*Received: {words}.*JPEG"):
        ink.read_picture(data)


def test_an_empty_file_is_refused():
    with pytest.raises(DrawingError, match="is empty"):
        ink.read_picture(b"")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_picture_that_was_cut_off_is_refused_by_name(form, share):
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
    data = saved(Image.fromarray(noise), form)
    file = io.BytesIO(data[: int(len(data) * share)])
    file.name = "cut.png"
    with pytest.raises(DrawingError, match=r"cut\.png is (damaged|no picture).*Received"):
        ink.read_picture(file)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_a_picture_with_any_damage_is_read_or_refused(form):
    rng = np.random.default_rng(0)
    data = saved(seven(60, 60).convert("RGB"), form)
    pictures, refusals = [], []
    for _ in range(60):
        damaged = bytearray(data)
        for place in rng.integers(0, min(len(data), 400), 4).tolist():
            damaged[place] = int(rng.integers(256))
        try:
            pictures.append(ink.read_picture(bytes(damaged)).pixels)
        except DrawingError as error:
            refusals.append(str(error))
    assert all("Received" in refusal for refusal in refusals)
    assert all(min(picture.shape) > 0 and picture.dtype == np.uint8 for picture in pictures)
    assert refusals
    assert bool(pictures) == (form != "PNG")  # whose parts all have a checksum


# Bounded time and memory


def memory_mb(code):
    """The most memory, in megabytes, that a new process takes on for some code with `source` and `read_picture`."""
    program = (
        "import re, io, pathlib, struct, sys\nfrom PIL import Image\n"
        "from mnist_core.errors import DrawingError\nfrom mnist_core.ink import read_picture\nImage.init()\n"
        "peak = lambda: int(re.search(r'VmHWM:\\s+(\\d+)', pathlib.Path('/proc/self/status').read_text())[1]) / 1024\n"
        "data = sys.stdin.buffer.read()\nbefore = peak()\n"
        "try: read_picture(data)\nexcept DrawingError as error: print(error, file=sys.stderr)\n"
        "print(peak() - before)"
    )
    done = subprocess.run([sys.executable, "-c", program], input=code, capture_output=True, check=True)
    return float(done.stdout), done.stderr.decode()


needs_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


@needs_linux
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (png(50_000, 50_000, chunk(b"IDAT", zlib.compress(bytes(10_000_000)))), "too many pixels"),
        (png(8_000, 6_000, chunk(b"IDAT", zlib.compress(bytes(10_000_000)))), "8000 x 6000"),
        (png(9, 9, chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(300_000_000), 9))), "damaged"),
        (png(9, 9, chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(300_000_000), 9))), "damaged"),
    ],
    ids=["pixels", "more than the limit", "text", "colours"],
)
def test_a_bomb_is_refused_before_it_takes_memory(data, words):
    taken, message = memory_mb(data)
    assert words in message
    assert taken < 50


@needs_linux
def test_a_large_photo_takes_little_memory():
    taken, message = memory_mb(saved(Image.new("RGB", (12_000, 9_000), (200, 190, 180)), "JPEG"))
    assert not message
    assert taken < 120  # its pixels are 324 MB


def test_a_compressed_bmp_that_asks_for_any_amount_of_memory_is_refused():
    head = struct.pack("<2sIHHI", b"BM", 1100, 0, 0, 1078) + struct.pack(
        "<IiiHHIIiiII", 40, 40_000_000, 1, 1, 8, 1, 22, 0, 0, 256, 0
    )
    with pytest.raises(DrawingError, match="compressed BMP"):
        ink.read_picture(head + bytes(1024) + b"\0\2\xff\xff" * 5 + b"\0\1")


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF", "GIF", "BMP", "AVIF"])
def test_a_picture_above_the_limit_is_refused(form, monkeypatch):
    monkeypatch.setattr(picture_files, "MAX_PIXELS", SIDE * SIDE - 1)
    with pytest.raises(DrawingError, match=r"too many pixels.*Received: 400 x 400 pixels"):
        ink.read_picture(saved(seven().convert("RGB"), form))


def test_a_file_above_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(picture_files, "MAX_FILE_BYTES", 1000)
    with pytest.raises(DrawingError, match="too large"):
        ink.read_picture(io.BytesIO(bytes(2000)))


def test_a_photo_of_50_megapixels_is_read_and_quickly():
    small, large = (saved(seven(*size).convert("RGB"), "JPEG") for size in ((2040, 1536), (8160, 6144)))
    seconds = []
    for data in (small, large):
        start = time.process_time()
        drawing = ink.read_picture(data)
        seconds.append(time.process_time() - start)
        assert drawing.size == (1024, 771)
        assert np.abs(ink.digit_image(drawing).pixels - pixels(saved(seven(1024, 771), "PNG"))).mean() < 0.02
    assert seconds[1] < 30 * max(seconds[0], 0.02)


def test_a_photo_that_is_too_large_even_at_a_reduced_scale_is_refused():
    start_of_frame = b"\xff\xc0\0\x11\x08" + struct.pack(">HH", 65_000, 65_000)
    data = saved(seven(64, 64).convert("RGB"), "JPEG")
    frame = data.index(b"\xff\xc0")
    with pytest.raises(DrawingError, match=r"at most 200 million are read of JPEG\. Received: 65000 x 65000"):
        ink.read_picture(data[:frame] + start_of_frame + data[frame + 9 :])


def test_a_jpeg_in_several_scans_has_stricter_limits(monkeypatch):
    photo = saved(seven(600, 600).convert("RGB"), "JPEG", progressive=True)
    assert is_seven(photo)
    last = photo.rindex(b"\xff\xda")
    with pytest.raises(DrawingError, match=r"too many scans.*Received: 7\d"):
        ink.read_picture(photo[:-2] + photo[last:-2] * 65 + photo[-2:])
    monkeypatch.setattr(picture_files, "MAX_SCANNED_PIXELS", 300_000)
    with pytest.raises(DrawingError, match="progressive JPEG"):
        ink.read_picture(photo)
    assert is_seven(saved(seven(600, 600).convert("RGB"), "JPEG"))
    assert is_seven(saved(seven(600, 600), "JPEG"))


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_that_begins_blank_the_first_picture_with_something_on_it_is_read(form):
    blank = Image.new("L", seven().size, 255)
    data = saved(blank, form, save_all=True, append_images=[blank, seven(), blank], duration=100)
    assert is_seven(data)


def test_an_animation_on_which_nothing_is_ever_seen_is_its_first_picture():
    flat = [Image.new("L", (30, 20), shade) for shade in (250, 100, 0)]
    read = ink.read_picture(saved(flat[0], "GIF", save_all=True, append_images=flat[1:], duration=100))
    assert read.pixels is not None
    assert read.pixels.min() == read.pixels.max() == 250
