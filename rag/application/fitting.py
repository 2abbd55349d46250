"""Fits what tells a question's want, anew from its samples: ``python -m rag.application.fitting``.

Takes half a minute. The same samples and the same companion give the same weights.
"""

from __future__ import annotations

import hashlib

from rag.models import Companion
from rag.questions.sensing import HEAD, SAMPLES, Head, draw, fit, save

SEED = 7
"""What words are put into the templates."""


def refit() -> Head:
    """Return the head that the samples give, and keep it with what it was fitted on."""
    samples = draw(SEED)
    vectors = Companion().encode([sample.text for sample in samples])
    head = fit([sample.sensed for sample in samples], vectors)
    card = {
        "what": "Tells what a question wants by its vector: a linear head, multinomial.",
        "vectors": Companion.name,
        "samples": SAMPLES.name,
        "samples sha256": hashlib.sha256(SAMPLES.read_bytes()).hexdigest(),
        "drawn": len(samples),
        "seed": SEED,
        "command": "python -m rag.application.fitting",
    }
    save(head, HEAD, card)
    return head


if __name__ == "__main__":
    refit()
