"""The JSON of the values: what other programs read, what is kept, and both read back.

Here is pydantic, which takes a tenth of a second to load: where a command may do without it,
this door is opened by the function that writes or reads JSON.
"""

from __future__ import annotations

from rag.types.forms.answers import AnswerForm, ChronologyForm, FoundForm, GuideForm, NamesForm
from rag.types.forms.books import AddedForm, PageForm, RecordForm, SummaryForm
from rag.types.forms.form import Form, one_line
from rag.types.forms.keeping import OwnNoteForm, ReportForm
from rag.types.forms.kept import (
    answer_of,
    json_of_answer,
    json_of_record,
    json_of_value,
    record_of,
    value_of,
)
from rag.types.forms.reading import picked, read_answers

__all__ = [
    "AddedForm",
    "AnswerForm",
    "ChronologyForm",
    "Form",
    "FoundForm",
    "GuideForm",
    "NamesForm",
    "OwnNoteForm",
    "PageForm",
    "RecordForm",
    "ReportForm",
    "SummaryForm",
    "answer_of",
    "json_of_answer",
    "json_of_record",
    "json_of_value",
    "one_line",
    "picked",
    "read_answers",
    "record_of",
    "value_of",
]
