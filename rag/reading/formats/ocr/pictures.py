"""Files of page images -> pictures of pages, one by one, bombs refused."""

from __future__ import annotations

import re
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, cast

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from rag.reading.source import PICTURES
from rag.types import ReadingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
_MOST_PIXELS = 80_000_000
"""A newspaper page at 600 dpi; what says it has more is no page of a book."""
_MOST_PAGES = 5_000
_LEAST_DPI, _MOST_DPI = 100, 1200
_LONG_SIDE_INCHES = 8.0
"""The longer side of a page of a usual book, where a picture does not say how large it is."""
_LEGIBLE_SIDE = 1500
_QUALITY = 40


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of a page: a file, and which picture in it, from 0."""

    path: Path
    frame: int = 0


def pictures_in(path: Path) -> list[Picture]:
    """Return the pages of a file or a folder of pictures, in their natural order.

    Hidden files and what is no picture by its ending are passed over in a folder. Raises
    ReadingError where there are none, or where a file by itself cannot be opened.
    """
    if not path.is_dir():
        return [Picture(path, frame) for frame in range(_frames(path))]
    files = sorted(
        (
            file
            for file in path.iterdir()
            if file.suffix.lower() in PICTURES and not file.name.startswith(".")
        ),
        key=_natural,
    )
    if not files:
        raise ReadingError(f"{path.name} has no pictures of pages in it; give a folder that has.")
    found: list[Picture] = []
    for file in files:
        try:
            found += [Picture(file, frame) for frame in range(_frames(file))]
        except ReadingError:
            # Opening it again says why; one bad page does not stop the others.
            found.append(Picture(file))
    if len(found) > _MOST_PAGES:
        raise ReadingError(
            f"{path.name} has {len(found)} pages, and up to {_MOST_PAGES} are read; "
            "add it in parts."
        )
    return found


def load(picture: Picture) -> tuple[Grey, float]:
    """Return the picture of a page (rows, columns; black is 0), and its dots per inch.

    Raises ReadingError, with one sentence, where it cannot be opened or is too large.
    """
    with _opened(picture.path) as image:
        image.seek(picture.frame)
        if image.width * image.height > _MOST_PIXELS:
            raise ReadingError(_too_large(picture.path))
        upright = ImageOps.exif_transpose(image)
        if upright.mode in ("RGBA", "LA", "PA", "P"):
            # What is transparent is paper.
            upright = upright.convert("RGBA")
            upright = Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright)
        if upright.mode.startswith("I;16"):
            grey = np.asarray(upright).astype(np.float64) / 257
        else:
            grey = np.asarray(upright.convert("L"))
        return np.ascontiguousarray(grey, dtype=np.uint8), _dpi(image, max(grey.shape))


def pack(grey: Grey) -> bytes:
    """Return a picture of a page to look at, as WebP: legible, and small."""
    image = Image.fromarray(grey)
    image.thumbnail((_LEGIBLE_SIDE, _LEGIBLE_SIDE), Image.Resampling.LANCZOS)
    packed = BytesIO()
    image.save(packed, "WEBP", quality=_QUALITY, method=4)
    return packed.getvalue()


def _frames(path: Path) -> int:
    with _opened(path) as image:
        return min(int(getattr(image, "n_frames", 1)), _MOST_PAGES)


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """Open a picture; what goes wrong until it is closed is one sentence."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=_FORMATS) as image:
                yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ReadingError(_too_large(path)) from None
    except UnidentifiedImageError:
        raise ReadingError(
            f"{path.name} is no picture, or is damaged at its beginning; scan the page again."
        ) from None
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError) as error:
        # Damaged files make Pillow's decoders raise any of these.
        raise ReadingError(
            f"{path.name} is damaged or cut off and cannot be opened ({error}); "
            "scan the page again."
        ) from None


def _too_large(path: Path) -> str:
    return (
        f"{path.name} says that it has more than {_MOST_PIXELS // 1_000_000} million pixels, too "
        "many for a page; scan it at 300 dpi."
    )


def _dpi(image: Image.Image, longest: int) -> float:
    """Return the dots per inch that a picture declares, or else those of a usual book's page."""
    try:
        declared = float(cast("tuple[float, float]", image.info["dpi"])[0])
    except (KeyError, IndexError, TypeError, ValueError, ZeroDivisionError):
        declared = 0.0
    return declared if _LEAST_DPI <= declared <= _MOST_DPI else longest / _LONG_SIDE_INCHES


def _natural(path: Path) -> list[tuple[int, str]]:
    """Return a key that sorts page 2 before page 10."""
    parts = re.split(r"(\d+)", path.name.casefold())
    return [(int(part) if part.isdecimal() else 0, part) for part in parts]
