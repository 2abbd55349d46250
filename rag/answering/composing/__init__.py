"""Answers in a language model's words, each sentence checked by code."""

from __future__ import annotations

from rag.answering.composing.budget import DailyBudget
from rag.answering.composing.composing import Composing
from rag.answering.composing.doubting import SECONDS_TO_DOUBT, TOKENS_TO_DOUBT, Checking
from rag.answering.composing.drafting import Draft
from rag.answering.composing.model import LanguageModel
from rag.answering.composing.prompts import Prompt, load_prompt
from rag.answering.composing.rephrasing import SECONDS_TO_REPHRASE, TOKENS_TO_REPHRASE, Rephrasing
from rag.answering.composing.translating import SECONDS_TO_TRANSLATE, Translating

__all__ = [
    "SECONDS_TO_DOUBT",
    "SECONDS_TO_REPHRASE",
    "SECONDS_TO_TRANSLATE",
    "TOKENS_TO_DOUBT",
    "TOKENS_TO_REPHRASE",
    "Checking",
    "Composing",
    "DailyBudget",
    "Draft",
    "LanguageModel",
    "Prompt",
    "Rephrasing",
    "Translating",
    "load_prompt",
]
