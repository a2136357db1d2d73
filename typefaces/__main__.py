"""Outlines of digits and letters of free typefaces, into `mnist_core/synthesis/typefaces`: run by `make typefaces`.

The typefaces come from the npm registry, at the versions and hashes in `package-lock.json`. Which of them are taken
stands in `faces.txt`.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import cv2
import numpy as np
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
INTO = HERE.parent / "mnist_core" / "synthesis" / "typefaces"

DIGITS = "0123456789"
# Letters and signs of which nobody says that they are digits: of the first face of some families.
SIGNS = "AEFHKMNPRWXfhkmprwx@%#*=+?"
EIGHTHS_WITH_SIGNS = 1, 3
# Each glyph fills a box whose longer side has so many units, and is true to so many: an eighth of a pixel in MNIST.
BOX, TOLERANCE = 240, 1.5
# Typefaces count upward, pictures downward.
DOWN = np.array([1, -1], np.float32)
# Lines that a curve is made of before those are taken away that are not needed.
CURVE_LINES = 12
# What licences are called; a package that names none of them has the first.
OPEN_FONT, BITSTREAM = "OFL-1.1", "Bitstream-Vera"
LICENCES = (OPEN_FONT, BITSTREAM, "Apache-2.0")


@dataclass(frozen=True)
class Face:
    """One typeface: which family it is of, what kind, and where its file and its package lie."""

    family: str
    kind: str
    package: Path
    style: str

    @property
    def file(self) -> Path:
        """The file of the face with Latin letters."""
        upright = self.style.removesuffix("i")
        end = f"{upright}-{'italic' if self.style.endswith('i') else 'normal'}.woff"
        names = (f"{self.package.name}-latin-{end}", f"{self.package.name}-{end}")
        return next(path for name in names if (path := self.package / "files" / name).is_file())


class Outline(BasePen):
    """A glyph as closed polygons: curves become lines."""

    def __init__(self, glyphs: object) -> None:
        super().__init__(glyphs)
        self.contours: list[list[tuple[float, float]]] = []

    def _moveTo(self, point: tuple[float, float]) -> None:
        self.contours.append([point])

    def _lineTo(self, point: tuple[float, float]) -> None:
        self.contours[-1].append(point)

    def _curveToOne(self, *points: tuple[float, float]) -> None:
        self._curve([self.contours[-1][-1], *points], (1, 3, 3, 1))

    def _qCurveToOne(self, *points: tuple[float, float]) -> None:
        self._curve([self.contours[-1][-1], *points], (1, 2, 1))

    def _curve(self, points: list[tuple[float, float]], weights: tuple[int, ...]) -> None:
        t = np.linspace(0, 1, CURVE_LINES + 1)[1:, None]
        last = len(points) - 1
        shares = [weight * t**k * (1 - t) ** (last - k) for k, weight in enumerate(weights)]
        parts = [share * point for share, point in zip(shares, np.array(points), strict=True)]
        self.contours[-1] += [tuple(point) for point in np.sum(parts, axis=0).tolist()]


def faces(packages: Path) -> Iterator[Face]:
    """The typefaces of `faces.txt`, in its order."""
    for line in (HERE / "faces.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, source, *styles = line.split()
            package, _, family = source.partition("=")
            for style in styles:
                yield Face(family or package, kind, packages / "@fontsource" / package, style)


def outlines(font: TTFont, signs: str) -> dict[str, list[np.ndarray]]:
    """The polygons of each sign that the typeface has, whole units (n, 2) from 0 to `BOX`, y down."""
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    found = {}
    for sign in signs:
        if ord(sign) in names:
            pen = Outline(glyphs)
            glyphs[names[ord(sign)]].draw(pen)
            found[sign] = _boxed([np.array(contour, np.float32) * DOWN for contour in pen.contours])
    return found


def _boxed(contours: list[np.ndarray]) -> list[np.ndarray]:
    """Contours in the box, without the points that are not needed."""
    low, high = (reach(np.concatenate(contours), axis=0) for reach in (np.min, np.max))
    scaled = [(contour - low) * (BOX / (high - low).max()) for contour in contours]
    kept = [cv2.approxPolyDP(contour, TOLERANCE, True)[:, 0] for contour in scaled]
    return [np.rint(contour).astype(np.int16) for contour in kept if len(contour) > 2]


def record(face: Face, font: TTFont) -> dict[str, Any]:
    """What is to be known of a typeface, its other faces aside."""
    package = json.loads((face.package / "package.json").read_text(encoding="utf-8"))
    file = face.package / "metadata.json"
    about = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    licence = about.get("license", {}) if isinstance(about.get("license"), dict) else {}
    names = font["name"]
    rights = licence.get("attribution", "")
    rights = rights if "opyright" in rights else names.getDebugName(0)
    return {
        "name": about.get("family", face.package.name),
        "family": face.family,
        "kind": face.kind,
        "version": names.getDebugName(5).removeprefix("Version ").split(";")[0],
        "package": f"{package['name']} {package['version']}",
        "licence": BITSTREAM if "Bitstream" in rights else _licence(licence),
        "copyright": _once(rights),
        "styles": [],
    }


def _licence(about: dict[str, str]) -> str:
    """What the licence is called; some packages give an address in place of it, which is the Open Font License's."""
    name = about.get("type", OPEN_FONT)
    return name if name in LICENCES else OPEN_FONT


def _once(rights: str) -> str:
    """What is said of a family's rights, without the same of every file of it."""
    said = re.split(r" [\w\[\],-]+\.ttf: ", " ".join(rights.split()))
    return " ".join(dict.fromkeys(said))


LICENCES_HEAD = """# Licences of the outlines

`outlines.npz` has the outlines of digits and of some letters of the typefaces that are listed here. They were taken out
of the typefaces by `make typefaces`, made of straight lines and simplified; each fills a box of its own. The file is
no font and has the name of none. It is distributed under the licences of the typefaces, which follow in full, not
under that of the code. Where a name is reserved, it stands with the copyright.
"""
# Whose package has the text of each licence, and the line that it begins after.
TEXTS = {
    "OFL-1.1": ("roboto", "http://scripts.sil.org/OFL\n"),
    "Apache-2.0": ("chewy", ""),
    "Bitstream-Vera": ("dejavu-sans", ""),
}


def licences(records: list[dict[str, Any]], packages: Path) -> str:
    """Every typeface with its version, its makers and its licence, and the text of each licence."""
    parts = [LICENCES_HEAD]
    for licence, (package, before) in TEXTS.items():
        text = (packages / "@fontsource" / package / "LICENSE").read_text(encoding="utf-8")
        lines = [
            f"- {each['name']}, version {each['version']} (`{each['package']}`): {each['copyright']}"
            for each in records
            if each["licence"] == licence
        ]
        words = "\n".join(line.rstrip() for line in text[text.index(before) + len(before) :].strip("\n").splitlines())
        parts.append("\n".join([f"## {licence}", "", *lines, "", "```text", words, "```", ""]))
    return "\n".join(parts)


def main(packages: Path) -> None:
    """Write the arrays and the record of all typefaces."""
    records: dict[str, dict[str, Any]] = {}
    glyph_faces, glyph_signs, contour_counts, point_counts, points = [], [], [], [], []
    for number, face in enumerate(faces(packages)):
        font = TTFont(face.file)
        has_signs = face.package.name not in records and crc32(face.family.encode()) % 8 in EIGHTHS_WITH_SIGNS
        signs = DIGITS + SIGNS if has_signs else DIGITS
        about = records.setdefault(face.package.name, record(face, font))
        about["styles"].append(face.style)
        for sign, polygons in outlines(font, signs).items():
            glyph_faces.append(number)
            glyph_signs.append(ord(sign))
            contour_counts.append(len(polygons))
            point_counts += [len(polygon) for polygon in polygons]
            points += polygons
    # From each point to the next, all x, then all y; a step back as 256 less. Compressed, half as long as the points.
    steps = np.concatenate([np.diff(polygon, axis=0, prepend=np.zeros((1, 2), np.int16)) for polygon in points])
    arrays: dict[str, Any] = {
        "faces": np.array(glyph_faces, np.uint8),
        "signs": np.array(glyph_signs, np.uint8),
        "contours": np.array(contour_counts, np.uint16),
        "points": np.array(point_counts, np.uint16),
        "steps": np.ascontiguousarray(steps.T).astype(np.uint8),
    }
    np.savez_compressed(INTO / "outlines.npz", **arrays)
    (INTO / "LICENCES.md").write_text(licences(list(records.values()), packages), encoding="utf-8")
    kept = [{key: value for key, value in each.items() if key != "copyright"} for each in records.values()]
    text = json.dumps(kept, ensure_ascii=False, indent=1)
    (INTO / "faces.json").write_text(text + "\n", encoding="utf-8")
    size = (INTO / "outlines.npz").stat().st_size
    print(f"{glyph_faces[-1] + 1} typefaces, {len(glyph_faces)} glyphs, {len(steps)} points, {size / 1000:.0f} kB")


main(Path(sys.argv[1]))
