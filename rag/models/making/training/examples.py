"""Examples for the reader, made by rule from data files.

A *pack* is one passage with all that is asked of it: questions it answers (and where), and
questions it does not. Every pack is made from a seed of its own, so that a run which is taken up
again sees what it would have seen. There are three kinds of data files, all lists in JSON:

- annotated passages, each with ``id``, ``title``, ``text``, ``questions`` (``zh``, ``en``, ``ru``
  and the ``answer``, which stands in the text), one ``natural`` question (``lang``, ``q`` and
  ``answers``) and ``unanswerable``: a near miss in each language, or a list of such;
- articles, each with ``title`` and ``paragraphs``: ``id``, ``text`` and ``questions`` in Chinese
  (``question``, ``answer`` and the ``start`` of the answer), as in DRCD and CMRC;
- questions on passages of these files, without their text: ``of``, the id of an annotated passage
  or, with ``from`` and ``to``, of a paragraph of which they cut a passage; ``questions``,
  ``natural`` (there may be none) and ``unanswerable`` as above, with an answer's place,
  ``[start, end]``, for its words.
"""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Any

from rag.language.text import sentences
from rag.models.making.training.packs import (
    LANGUAGES,
    Asked,
    Pack,
    occurrences,
    other_script,
    read_list,
    simple,
)
from rag.types import EncoderError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rag.models.making.training.nearness import Nearness

_STRANGERS = 8
"""Questions of other passages that are put to a passage. Most are such as the encoder finds near to
it: to tell these is what a reader is for where several passages were found."""
_ROOM = (150, 270)
"""Characters of a window of a paragraph: the least and the most that it may have."""
_HIDE, _OTHER_SCRIPT, _OTHER_SCRIPT_OF_QUESTION = 0.5, 0.4, 0.3
"""How often a sentence is taken out, a passage changes its script, a question does."""


class Corpus:
    """The data files, and the packs that can be made of them."""

    def __init__(self, files: Sequence[Path]) -> None:
        """Raise EncoderError for a file that is no data to learn from."""
        self.annotated: list[dict[str, Any]] = []
        self.paragraphs: list[dict[str, Any]] = []
        self.nearness: Nearness | None = None
        apart: list[tuple[Path, dict[str, Any]]] = []
        for path in files:
            for entry in read_list(path):
                if "paragraphs" in entry:
                    title = entry["title"]
                    self.paragraphs += [{**part, "title": title} for part in entry["paragraphs"]]
                elif {"id", "title", "text", "questions", "natural", "unanswerable"} <= set(entry):
                    self.annotated.append(entry)
                elif {"of", "questions", "unanswerable"} <= set(entry):
                    apart.append((path, entry))
                else:
                    raise EncoderError(
                        f"{path} is no data to learn from: it holds neither annotated passages, "
                        "nor articles with paragraphs, nor questions on these."
                    )
        self._bring_home(apart)
        self._by_title: dict[str, list[dict[str, Any]]] = {}
        for entry in self.annotated:
            self._by_title.setdefault(simple(entry["title"]), []).append(entry)
        self._by_paragraph: dict[str, list[dict[str, Any]]] = {}
        for paragraph in self.paragraphs:
            self._by_paragraph.setdefault(simple(paragraph["title"]), []).append(paragraph)

    def _bring_home(self, apart: Sequence[tuple[Path, dict[str, Any]]]) -> None:
        """Give questions their passages. Raises EncoderError for one that no file has."""
        rows = {entry["id"]: row for row, entry in enumerate(self.annotated)}
        known = {paragraph["id"]: paragraph for paragraph in self.paragraphs}
        for path, entry in apart:
            name = entry["of"]
            cut = "from" in entry
            if name not in (known if cut else rows):
                raise EncoderError(f"{path} asks of the passage {name}, which no file has.")
            whole = known[name] if cut else self.annotated[rows[name]]
            text = whole["text"][entry.get("from", 0) : entry.get("to")]
            asked = [{**one, "answer": text[slice(*one["answer"])]} for one in entry["questions"]]
            near = _near_misses(entry)
            if cut:
                natural = dict(entry["natural"])
                natural["answers"] = [text[slice(*place)] for place in natural["answers"]]
                self.annotated.append(
                    {
                        "id": f"{name}~{entry['from']}",
                        "title": whole["title"],
                        "text": text,
                        "questions": asked,
                        "natural": natural,
                        "unanswerable": near,
                    }
                )
            else:
                self.annotated[rows[name]] = {
                    **whole,
                    "questions": [*whole["questions"], *asked],
                    "unanswerable": [*_near_misses(whole), *near],
                }

    def questions(self, entry: dict[str, Any]) -> list[tuple[str, str, str]]:
        """Return the questions that an annotated passage answers: text, language, answer."""
        asked = [(q[lang], lang, q["answer"]) for q in entry["questions"] for lang in LANGUAGES]
        natural = entry["natural"]
        if natural["answers"]:
            asked.append((natural["q"], natural["lang"], natural["answers"][0]))
        return asked

    def texts(self, entry: dict[str, Any]) -> list[str]:
        """Return all that is asked of an annotated passage, near misses too."""
        near = [missed[language] for missed in _near_misses(entry) for language in LANGUAGES]
        return [question for question, _, _ in self.questions(entry)] + near

    def whole(self) -> Iterator[Pack]:
        """Yield every passage as it is, with what the data ask of it and nothing else."""
        for entry in self.annotated:
            pack = Pack(entry["id"], entry["text"])
            for question, language, answer in self.questions(entry):
                spans = occurrences(entry["text"], answer)
                pack.asked.append(Asked(question, language, spans, "asked"))
            for near in _near_misses(entry):
                pack.asked += [Asked(near[lang], lang, [], "near") for lang in LANGUAGES]
            yield pack
        for paragraph in self.paragraphs:
            pack = Pack(paragraph["id"], paragraph["text"])
            for question in paragraph["questions"]:
                start, end = question["start"], question["start"] + len(question["answer"])
                pack.asked.append(Asked(question["question"], "zh", [(start, end)], "asked"))
            yield pack

    def epoch(self, number: int, seed: int, paragraphs: float) -> Iterator[Pack]:
        """Yield an epoch's packs in an order of its own, with that share of the paragraphs."""
        rng = random.Random(f"{seed}-{number}")  # noqa: S311 - chance for examples
        count = math.ceil(paragraphs * len(self.paragraphs))
        order = [("a", i) for i in range(len(self.annotated))]
        order += [("p", i) for i in rng.sample(range(len(self.paragraphs)), count)]
        rng.shuffle(order)
        for kind, index in order:
            own = random.Random(f"{seed}-{number}-{kind}-{index}")  # noqa: S311 - likewise
            if kind == "a":
                pack = self._annotated_pack(self.annotated[index], own)
            else:
                pack = self._paragraph_pack(self.paragraphs[index], own)
            if self.nearness:
                self.nearness.add(pack)
            yield _in_scripts(pack, own)

    def _annotated_pack(self, entry: dict[str, Any], rng: random.Random) -> Pack:
        """Return a pack of an annotated passage, whole or with one answering sentence taken out."""
        text, hidden = _with_one_hidden(entry, rng)
        pack = Pack(entry["id"], text)
        for question in entry["questions"]:
            places = occurrences(text, question["answer"])
            gone = bool(hidden) and question["answer"] in hidden
            if gone and simple(question["answer"]) in simple(text):
                continue
            if gone or places:
                kind = "hidden" if gone else "asked"
                spans = [] if gone else places
                pack.asked += [Asked(question[lang], lang, spans, kind) for lang in LANGUAGES]
        natural = entry["natural"]
        if natural["answers"]:
            places = [p for answer in natural["answers"] for p in occurrences(text, answer)]
            gone = bool(hidden) and any(answer in hidden for answer in natural["answers"])
            if places and not gone:
                pack.asked.append(Asked(natural["q"], natural["lang"], places, "natural"))
            elif gone and not places:
                pack.asked.append(Asked(natural["q"], natural["lang"], [], "hidden"))
        for near in _near_misses(entry):
            pack.asked += [Asked(near[lang], lang, [], "near") for lang in LANGUAGES]
        pack.asked += self._strangers(entry, text, rng)
        return pack

    def _strangers(self, entry: dict[str, Any], text: str, rng: random.Random) -> list[Asked]:
        """Return questions of other passages that ``text`` does not answer.

        Most are those that the encoder brings to it; some are of its article, one of anywhere.
        """
        hard = list(self.nearness.hard.get(entry["id"], ())) if self.nearness else []
        kin = [
            question
            for other in self._by_title[simple(entry["title"])]
            if other["id"] != entry["id"]
            for question in self.questions(other)
        ]
        rng.shuffle(hard)
        rng.shuffle(kin)
        pool = [*kin[: _STRANGERS // 4], *hard[:_STRANGERS], *kin[_STRANGERS // 4 : _STRANGERS]]
        other = rng.choice(self.annotated)
        if other["id"] != entry["id"] and self.questions(other):
            pool.insert(0, rng.choice(self.questions(other)))
        held = simple(text)
        fit = [one for one in pool if simple(one[2]) not in held]
        return [Asked(question, lang, [], "stranger") for question, lang, _ in fit[:_STRANGERS]]

    def _paragraph_pack(self, paragraph: dict[str, Any], rng: random.Random) -> Pack:
        """Return a pack of a window of a paragraph, so that some answers are out of it."""
        low, high = _window(paragraph["text"], rng)
        pack = Pack(paragraph["id"], paragraph["text"][low:high])
        held = simple(pack.text)
        for question in paragraph["questions"]:
            start, end = question["start"], question["start"] + len(question["answer"])
            if low <= start and end <= high:
                spans, kind = [(start - low, end - low)], "asked"
            elif simple(question["answer"]) not in held:
                spans, kind = [], "hidden"
            else:
                continue
            pack.asked.append(Asked(question["question"], "zh", spans, kind))
        pool = [
            question
            for other in self._by_paragraph[simple(paragraph["title"])]
            if other["id"] != paragraph["id"]
            for question in other["questions"]
        ]
        for question in rng.sample(pool, min(_STRANGERS, len(pool))):
            if simple(question["answer"]) not in held:
                pack.asked.append(Asked(question["question"], "zh", [], "stranger"))
        return pack


def _near_misses(entry: dict[str, Any]) -> list[dict[str, str]]:
    """Return the near misses of an annotated passage, each in every language."""
    missed = entry["unanswerable"]
    return missed if isinstance(missed, list) else [missed]


def _with_one_hidden(entry: dict[str, Any], rng: random.Random) -> tuple[str, str]:
    """Return a passage's text, one time in two without one sentence that answers, and that one."""
    text, spans = entry["text"], sentences(entry["text"])
    if rng.random() >= _HIDE or len(spans) < 3 or not entry["questions"]:
        return text, ""
    places = occurrences(text, rng.choice(entry["questions"])["answer"])
    hit = [span for span in spans if any(s < span.end and e > span.start for s, e in places)]
    if len(hit) != 1:
        return text, ""
    [out] = hit
    return text[: out.start] + text[out.end :], text[out.start : out.end]


def _window(text: str, rng: random.Random) -> tuple[int, int]:
    """Return where a window of whole sentences begins and ends; one in two at the beginning."""
    spans = sentences(text)
    first = rng.randrange(len(spans))
    if rng.random() < 0.5:
        first = 0
    last = first
    room = rng.randint(*_ROOM)
    while last + 1 < len(spans) and spans[last + 1].end - spans[first].start <= room:
        last += 1
    while first and spans[last].end - spans[first - 1].start <= room:
        first -= 1
    return spans[first].start, spans[last].end


def _in_scripts(pack: Pack, rng: random.Random) -> Pack:
    """Return the pack with the passage, and here and there a question, in the other script."""
    if rng.random() < _OTHER_SCRIPT:
        changed = other_script(pack.text)
        # The places of the answers hold only where no character has become two.
        if len(changed) == len(pack.text):
            pack.text = changed
    for asked in pack.asked:
        if asked.language == "zh" and rng.random() < _OTHER_SCRIPT_OF_QUESTION:
            asked.text = other_script(asked.text)
    return pack
