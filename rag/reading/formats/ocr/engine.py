"""The models that find and read printed lines, as RapidOCR's wheel brings them.

Detection is PP-OCRv6 (differentiable binarisation: M. Liao et al., AAAI 2020), recognition a
network with connectionist temporal classification (A. Graves et al., ICML 2006), which says
for each character how sure it is and where along the line it stands. The models are named
by their files, so that nothing is ever fetched.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np
import rapidocr
from rapidocr.ch_ppocr_det import TextDetOutput

from rag.language.text import unified
from rag.types import ReadingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from rapidocr.ch_ppocr_rec.typings import WordInfo

    Grey = NDArray[np.uint8]

_MODELS = Path(rapidocr.__file__).parent / "models"
_DETECTION, _RECOGNITION = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
_LONGEST_SIDE = 1440
"""Pixels that the longer side of a page has for detection, and half of a sheet of two pages."""
_LEAST_SIDE = 32

VERSION = f"{_DETECTION} {_RECOGNITION} {_LONGEST_SIDE}"
"""What decides how a picture is read, on the side of the models."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a picture of a line says: per character its confidence and its place from the left.

    ``confidences`` are from 0 to 1, ``centres`` in pixels of the picture.
    """

    text: str
    confidences: tuple[float, ...]
    centres: tuple[float, ...]

    @property
    def confidence(self) -> float:
        """The mean confidence of the characters; 0 where there is none."""
        return float(np.mean(self.confidences)) if self.confidences else 0.0


class Engine:
    """Finds lines on a picture, and reads pictures of lines."""

    def __init__(self) -> None:
        for name in (_DETECTION, _RECOGNITION):
            if not (_MODELS / name).is_file():
                raise ReadingError(
                    f"The model {name} is missing from the installation; install rapidocr again."
                )
        self._models = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_cls": False,
                "Global.return_word_box": True,
                "Global.max_side_len": 2 * _LONGEST_SIDE + _LEAST_SIDE,
                "Det.limit_type": "max",
                "Det.limit_side_len": 2 * _LONGEST_SIDE + _LEAST_SIDE,
                "Det.model_path": str(_MODELS / _DETECTION),
                "Rec.model_path": str(_MODELS / _RECOGNITION),
                "EngineConfig.onnxruntime.enable_cpu_mem_arena": True,
            }
        )

    def find(self, picture: Grey) -> NDArray[np.float64]:
        """Return the corners of the lines on a picture, in its pixels: shape (lines, 4, 2).

        Corners run clockwise from the upper left.
        """
        height, width = picture.shape
        scale = min(1.0, _LONGEST_SIDE / max(height, width / 2))
        size = (max(round(width * scale), _LEAST_SIDE), max(round(height * scale), _LEAST_SIDE))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        found = self._models(
            cv2.cvtColor(small, cv2.COLOR_GRAY2BGR), use_det=True, use_cls=False, use_rec=False
        )
        if not isinstance(found, TextDetOutput) or found.boxes is None:
            return np.zeros((0, 4, 2))
        scales = np.array([width / size[0], height / size[1]])
        boxes: NDArray[np.float64] = found.boxes.astype(np.float64) * scales
        return boxes

    def read(self, pictures: Sequence[Grey]) -> list[Reading]:
        """Return what pictures of single lines say."""
        if not pictures:
            return []
        read = self._models.recognize_txt(
            [cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR) for picture in pictures]
        )
        return [
            # The wheel's annotation of this field is of an older form.
            _reading(text, cast("WordInfo", found), picture.shape[1])
            for text, found, picture in zip(
                read.txts or (), read.word_results, pictures, strict=True
            )
        ]


@cache
def engine() -> Engine:
    """Return the one engine of this process; loading it takes about a second."""
    return Engine()


def _reading(text: str, found: WordInfo, width: int) -> Reading:
    """Return a reading without the spaces at its ends; the network puts a space at a column too."""
    columns = [column for word in found.word_cols for column in word]
    step = width / max(found.line_txt_len, 1.0)
    places = iter(columns)
    centres: list[float] = []
    for character in text:
        behind = centres[-1] if centres else 0.0
        centres.append(behind if character.isspace() else (next(places) + 0.5) * step)
    start = len(text) - len(text.lstrip())
    end = max(len(text.rstrip()), start)
    # Of those that the network knows, each stands for one character.
    text = "".join(map(unified, text))
    return Reading(text[start:end], tuple(found.confs[start:end]), tuple(centres[start:end]))
