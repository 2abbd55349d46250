"""Teaches a tiny random reader in the folder named, and prints what came of it as JSON.

A process of its own runs this, so that the tests themselves never import PyTorch.
"""

import json
import sys
from pathlib import Path
from typing import Any

import torch
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from rag.models.adapter import (
    ReaderNetwork,
    base_weights,
    load_adapter,
    load_query_weights,
    save_adapter,
)
from rag.models.making.training.coding import code, collate
from rag.models.making.training.development import book_packs
from rag.models.making.training.examples import Corpus
from rag.models.making.training.learning import Plan, Run
from rag.models.making.training.losses import read_batch
from rag.models.making.training.querying import Lesson, QueryPlan, QueryRun, Texts, measure

folder = Path(sys.argv[1])
STEPS, STOP = 40, 9

PASSAGES = [
    (
        "灯塔建于1871年。石匠何田带领三十名工人砌成了它。守塔人每天日落前上塔点灯。",
        ["1871年", "何田", "日落前"],
    ),
    (
        "渔船在四月初出海。船队由沈青率领。他们在北湾停了九天才回到港口。",
        ["四月初", "沈青", "九天"],
    ),
    (
        "茶馆开在渡口东边。掌柜姓白。每逢集日，茶馆要烧四十壶水。",
        ["渡口东边", "姓白", "四十壶"],
    ),
    (
        "学堂有六间屋子。先生从省城来。冬天的课到申时就散了。",
        ["六间", "省城", "申时"],
    ),
]
annotated: list[dict[str, Any]] = [
    {
        "id": f"p{number}",
        "title": "海岸" if number < 2 else "渡口",
        "text": text,
        "questions": [
            {
                "zh": f"哪里说到{answer}？",
                "en": f"Where is {answer}?",
                "ru": f"Где {answer}?",
                "answer": answer,
            }
            for answer in answers
        ],
        "natural": {"lang": "zh", "q": f"{answers[0]}怎么样？", "answers": [answers[0]]},
        "unanswerable": {"zh": "谁毁了它？", "en": "Who broke it?", "ru": "Кто сломал?"},
    }
    for number, (text, answers) in enumerate(PASSAGES)
]
question = {"question": "谁上塔点灯？", "answer": "守塔人", "start": PASSAGES[0][0].index("守塔人")}
other = {"question": "掌柜姓什么？", "answer": "白", "start": PASSAGES[2][0].index("白")}
articles = [
    {
        "title": "海岸",
        "paragraphs": [
            {"id": "a", "text": PASSAGES[0][0], "questions": [question]},
            {"id": "b", "text": PASSAGES[2][0], "questions": [other]},
        ],
    }
]
book = {
    "truth": {"pages": [{"text": [text], "owners": [[n]]} for n, (text, _) in enumerate(PASSAGES)]},
    "questions": [
        {
            "id": f"p{n}.1",
            "question": {"zh": f"{answers[1]}呢？", "en": f"{answers[1]}?", "ru": f"{answers[1]}?"},
            "answers": [answers[1]],
        }
        for n, (_, answers) in enumerate(PASSAGES)
    ],
    "natural": [],
    "unanswerable": [
        {"id": f"p{n}.u", "question": {"zh": "谁毁了它？", "en": "Who?", "ru": "Кто?"}}
        for n in range(len(PASSAGES))
    ],
}
apart = [
    {
        "of": "p1",
        "questions": [{"zh": "谁领船？", "en": "Who led?", "ru": "Кто вёл?", "answer": [12, 14]}],
        "unanswerable": [{"zh": "船队有几条船？", "en": "How many?", "ru": "Сколько?"}],
    },
    {
        "of": "b",
        "from": 9,
        "to": 28,
        "questions": [],
        "natural": {"lang": "zh", "q": "茶馆烧多少水？", "answers": [[14, 17]]},
        "unanswerable": [],
    },
]
files = [folder / "apart.json", folder / "annotated.json", folder / "articles.json"]
for path, content in zip(files, (apart, annotated, articles), strict=True):
    path.write_text(json.dumps(content), encoding="utf-8")
(folder / "book").mkdir()
for name, content in book.items():
    (folder / "book" / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")

base = folder / "base"
base.mkdir()
letters = sorted(set(json.dumps([annotated, articles, book], ensure_ascii=False) + "passage: qy"))
words = {word: number for number, word in enumerate(["<s>", "<pad>", "</s>", "<unk>", *letters])}
tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))  # noqa: S106 - no password
tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
tokenizer.post_processor = processors.TemplateProcessing(
    single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
)
tokenizer.save(str(base / "tokenizer.json"))
torch.manual_seed(7)
torch.set_num_threads(1)
BertModel(
    BertConfig(
        vocab_size=len(words),
        hidden_size=48,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=96,
        max_position_embeddings=256,
    )
).save_pretrained(base)

plan = Plan(
    STEPS,
    tokens=2000,
    warmup=2,
    decay=4,
    rate=2e-3,
    head_rate=4e-3,
    paragraphs=1.0,
    save_every=4,
    look_every=20,
    dtype=torch.float32,
)
packs = [code(pack, tokenizer) for pack in book_packs(folder / "book")]


def run(name: str) -> Run:
    """Return a run in a folder of that name: a new one, or one that goes on."""
    (folder / name).mkdir(exist_ok=True)
    return Run(plan, base, Corpus(files), packs, folder / name)


def weights_of(one: Run) -> dict[str, torch.Tensor]:
    """Return all weights of a run's network."""
    return one.network.state_dict()


whole = run("whole")
lost = whole.go(STEPS)
run("stopped").go(STOP)
resumed = run("stopped")
taken_up = resumed.state["step"]
resumed.go(STEPS)
gap = max(
    float((weights_of(resumed)[name] - value).abs().max())
    for name, value in weights_of(whole).items()
)

save_adapter(whole.network, base_weights(base), folder / "full.safetensors", rank=48)
again = load_adapter(folder / "full.safetensors", base)
untaught = ReaderNetwork(whole.network.shape, base_weights(base))


def answerable(network: ReaderNetwork) -> torch.Tensor:
    """Return a network's logits of the book's questions, made side by side."""
    with torch.inference_mode():
        return read_batch(network.eval(), collate(packs), torch.float32).answerable


def alone(network: ReaderNetwork) -> torch.Tensor:
    """Return a network's logits of the book's questions, each made by itself."""
    out = []
    for pack in packs:
        for asked in pack.asked:
            ids = torch.tensor([[*asked, *pack.passage]])
            kinds = torch.tensor([[0] * len(asked) + [1] * len(pack.passage)])
            with torch.inference_mode():
                out.append(network(ids, torch.ones_like(ids), kinds).answerable[0])
    return torch.stack(out)


def far(rows: int) -> torch.Tensor:
    """Return vectors that have nothing to do with each other: unit rows."""
    return torch.nn.functional.normalize(torch.randn(rows, 48), dim=-1)


lessons = [
    Lesson(question[language], language, number, (3 * number + at,))
    for number, entry in enumerate(annotated)
    for at, question in enumerate(entry["questions"])
    for language in ("zh", "en", "ru")
]
torch.manual_seed(3)
texts = Texts(far(len(PASSAGES)), far(3 * len(PASSAGES)), tuple(lessons))
query_plan = QueryPlan(
    30, rows=12, rate=3e-3, warmup=2, rank=48, save_every=4, look_every=45, dtype=torch.float32
)


def query_run(name: str) -> QueryRun:
    """Return a run of the encoder of questions in a folder of that name."""
    (folder / name).mkdir(exist_ok=True)
    origin = torch.zeros(len(lessons), 48)
    return QueryRun(query_plan, base, texts, origin, book=texts, out=folder / name)


asking = query_run("asking")
before = measure(asking.encode, texts)
lost_asking = asking.go()
query_run("asking-stopped").go(STOP)
again_asking = query_run("asking-stopped")
asking_taken_up = again_asking.state["step"]
again_asking.go()
kept = load_query_weights(folder / "asking" / "query-zh.safetensors", base)
taught = answerable(whole.network)
corpus = Corpus(files)
said = {
    "asked of a passage": corpus.questions(corpus.annotated[1]),
    "near misses of it": len(corpus.texts(corpus.annotated[1])),
    "cut out": [corpus.annotated[-1]["text"], corpus.questions(corpus.annotated[-1])],
    "asking": {
        "losses": lost_asking,
        "before": before,
        "after": asking.figures,
        "taken up": asking_taken_up,
        "gap of weights": max(
            float((one - other).abs().max())
            for one, other in zip(
                asking.trunk.parameters(), again_asking.trunk.parameters(), strict=True
            )
        ),
        "moved": float(
            max((kept[name] - value).abs().max() for name, value in base_weights(base).items())
        ),
    },
    "losses": lost,
    "taken up": taken_up,
    "gap of weights": gap,
    "gap of a kept one": float((answerable(again) - taught).abs().max()),
    "gap of an untaught one": float((answerable(untaught) - taught).abs().max()),
    "gap of pairs": float((alone(whole.network) - taught).abs().max()),
    "card": whole.card(files),
}
sys.stdout.write(json.dumps(said))
