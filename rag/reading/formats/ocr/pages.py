"""The picture of a page -> its printed lines, upright and level."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from statistics import fmean
from typing import TYPE_CHECKING

import cv2
import numpy as np

from rag.reading.formats.ocr.engine import VERSION as MODELS
from rag.reading.formats.ocr.engine import engine
from rag.reading.formats.ocr.lines import lines_of, piece_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from rag.reading.formats.ocr.engine import Grey, Reading
    from rag.reading.formats.ocr.lines import Piece
    from rag.reading.sheets import Line

VERSION = f"{MODELS} lines 2"
"""What decides how a picture is read: what was read with another version is read again."""

UNREADABLE = "Most of what is printed on the page could not be read; scan it again."

_POINTS = 72.0
_TALL, _LONG = 1.8, 5.0
_MOSTLY, _ALIKE = 0.5, 0.4
_CELL_AT_LEAST, _CELL_AT_MOST = 0.8, 1.3
_SAMPLE = 6
_SURE, _POOR, _HOPELESS = 0.85, 0.75, 0.5
_BETTER = 0.1
_LEVEL, _MOST_SKEW = 0.1, 10.0
_BENT = 0.4


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page as read: its picture, turned upright and level, and what is printed on it.

    ``lines`` are in points from the upper left of ``picture``; those of a ``vertical`` page,
    whose lines run from top to bottom, are as if it were turned to the left, so that they
    follow each other as they are read. ``unreadable`` says why there are none, where there
    should be; ``lost`` counts what looked like lines and could not be read.
    """

    picture: Grey
    width: float
    height: float
    lines: tuple[Line, ...]
    unreadable: str | None = None
    vertical: bool = False
    lost: int = 0


@dataclass(frozen=True, slots=True)
class _Way:
    """How a page lies: the quarter turns to the left that it needs, and whether it is vertical."""

    quarters: int
    vertical: bool = False


def read_page(picture: Grey, dpi: float) -> ReadPage:
    """Return what is printed on the picture of a page (rows, columns; black is 0)."""
    boxes = engine().find(picture)
    way = _way(picture, boxes)
    upright = picture
    if way.quarters:
        upright = np.ascontiguousarray(np.rot90(picture, way.quarters))
        boxes = engine().find(upright)
    upright, boxes = _levelled(upright, boxes)
    boxes = boxes[~_are_tall(boxes)]
    crops = [_crop(upright, box) for box in boxes]
    readings = engine().read(crops)
    if _confidence(readings) < _POOR and _reads_better(crops, readings):
        return read_page(np.ascontiguousarray(np.rot90(upright, 2)), dpi)
    pieces: list[Piece] = []
    lost = 0
    for box, crop, reading in zip(boxes, crops, readings, strict=True):
        if reading.confidence < _HOPELESS:
            lost += bool(reading.text)
            continue
        corner = (float(box[:, 0].min()), float(box[:, 1].min()))
        piece = piece_of(reading.text, reading.confidences, reading.centres, _ink(crop), corner)
        if piece is not None:
            pieces.append(piece)
    height, width = (side * _POINTS / dpi for side in upright.shape)
    return ReadPage(
        picture if way.vertical else upright,
        width,
        height,
        lines_of(pieces, _POINTS / dpi),
        UNREADABLE if lost > len(pieces) else None,
        way.vertical,
        lost,
    )


def _sides(boxes: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the widths and the heights of boxes."""
    widths = np.linalg.norm(boxes[:, 1] - boxes[:, 0], axis=1)
    heights = np.linalg.norm(boxes[:, 3] - boxes[:, 0], axis=1)
    return widths, heights


def _are_tall(boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return for each box whether it holds a line that runs from top to bottom."""
    widths, heights = _sides(boxes)
    return heights > _TALL * widths


def _share_of_tall(boxes: NDArray[np.float64]) -> float:
    """Return the share of the area of all boxes that tall ones have."""
    if not len(boxes):
        return 0.0
    widths, heights = _sides(boxes)
    areas = widths * heights
    return float(areas[_are_tall(boxes)].sum() / max(areas.sum(), 1.0))


def _way(picture: Grey, boxes: NDArray[np.float64]) -> _Way:
    """Return how a picture must be turned to be read, where its lines run downwards.

    Either the page lies on its side or it is set in vertical lines: then its characters say
    the same when they are put side by side, in their order.
    """
    if _share_of_tall(boxes) <= _MOSTLY:
        return _Way(0)
    tall = boxes[_are_tall(boxes)]
    longest = tall[np.argsort(-_sides(tall)[1])][:_SAMPLE]
    crops = [_crop(picture, box) for box in longest]
    best, quarters = max(
        (
            (engine().read([np.ascontiguousarray(np.rot90(c, turn)) for c in crops]), turn)
            for turn in (1, 3)
        ),
        key=lambda readings_and_turn: _confidence(readings_and_turn[0]),
    )
    if _confidence(best) < _SURE:
        return _Way(0)
    upright = engine().read([_side_by_side(crop) for crop in crops])
    alike = fmean(
        SequenceMatcher(None, a.text, b.text, autojunk=False).ratio()
        for a, b in zip(best, upright, strict=True)
    )
    return _Way(quarters, vertical=quarters == 1 and alike > _ALIKE)


def _side_by_side(column: Grey) -> Grey:
    """Return the characters of a column as a row."""
    inked = np.asarray(_ink(column).any(axis=1))
    side = column.shape[1]
    cells: list[Grey] = []
    start = 0
    for row in range(1, len(inked) + 1):
        full = row == len(inked) or row - start >= _CELL_AT_MOST * side
        if full or (row - start >= _CELL_AT_LEAST * side and not inked[row]):
            cells.append(column[start:row])
            start = row
    height = max(len(cell) for cell in cells)
    row_of_cells = np.full((height, side * len(cells)), 255, dtype=np.uint8)
    for k, cell in enumerate(cells):
        row_of_cells[: len(cell), k * side : (k + 1) * side] = cell
    return row_of_cells


def _reads_better(crops: Sequence[Grey], readings: Sequence[Reading]) -> bool:
    """Whether lines read with little confidence read better upside down."""
    longest = sorted(range(len(crops)), key=lambda k: -crops[k].shape[1])[:_SAMPLE]
    over = engine().read([np.ascontiguousarray(np.rot90(crops[k], 2)) for k in longest])
    return _confidence(over) > _confidence([readings[k] for k in longest]) + _BETTER


def _confidence(readings: Sequence[Reading]) -> float:
    """Return the mean confidence of all characters; 1 where there are none."""
    values = [value for reading in readings for value in reading.confidences]
    return float(np.mean(values)) if values else 1.0


def _levelled(picture: Grey, boxes: NDArray[np.float64]) -> tuple[Grey, NDArray[np.float64]]:
    """Return the picture and its boxes turned so that most lines run level."""
    if not len(boxes):
        return picture, boxes
    widths, heights = _sides(boxes)
    long = widths > _LONG * heights
    angles = _angles(boxes[long])
    angle = float(np.median(angles)) if len(angles) else 0.0
    if not _LEVEL < abs(angle) < _MOST_SKEW:
        return picture, boxes
    rows, columns = picture.shape
    matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), angle, 1.0)
    level = cv2.warpAffine(
        picture, matrix, (columns, rows), flags=cv2.INTER_CUBIC, borderValue=(255.0,)
    )
    return level.astype(np.uint8), boxes @ matrix[:, :2].T + matrix[:, 2]


def _angles(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many degrees boxes fall towards the right."""
    run = (boxes[:, 1] - boxes[:, 0]) + (boxes[:, 2] - boxes[:, 3])
    return np.degrees(np.arctan2(run[:, 1], run[:, 0]))


def _crop(picture: Grey, box: NDArray[np.float64]) -> Grey:
    """Return what a box holds, as a level picture."""
    [angle] = _angles(box[None])
    if abs(angle) < _BENT or _are_tall(box[None])[0]:
        left, top = np.maximum(np.floor(box.min(axis=0)), 0).astype(int)
        right, bottom = np.ceil(box.max(axis=0)).astype(int) + 1
        right, bottom = max(right, left + 2), max(bottom, top + 2)
        crop = picture[top:bottom, left:right]
        if crop.size:
            return np.ascontiguousarray(crop)
    [widths, heights] = _sides(box[None])
    width, height = max(int(widths[0]), 2), max(int(heights[0]), 2)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(box.astype(np.float32), corners)
    level = cv2.warpPerspective(
        picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return level.astype(np.uint8)


def _ink(crop: Grey) -> NDArray[np.bool_]:
    """Return where a picture of a line has ink (Otsu's threshold, 1979)."""
    threshold, _ = cv2.threshold(crop, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    ink: NDArray[np.bool_] = crop <= threshold
    return ink
