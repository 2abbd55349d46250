"""Text in a book that speaks to a language model in place of a reader; pure.

The table is about what such orders look like in the four languages, and is narrow on
purpose: people in books ignore orders all the time, and tell each other to be silent.
"""

from __future__ import annotations

import re

_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override)\s+(?:(?:all|any|every|everything|the|these|those|your"
    r"|of)\s+)*(?:above|previous|prior|earlier|preceding|foregoing|system|instructions?|prompts?)\b"
    r"|\b(?:system|developer)\s+(?:prompt|message)\b|\bnew\s+instructions?\s*:"
    r"|^\W*(?:system|assistant|user)\s*:"
    r"|\byou\s+are\s+(?:now\s+)?(?:an?\s+)?(?:\w+\s+)?(?:AI|assistant|chatbot|language\s+model)\b"
    r"|\b(?:reply|respond|answer)\s+(?:only|just|exactly)\b"
    r"|</?(?:passage|question|system|instructions?)\b|<\|[a-z_]+\|>|\[/?INST\]"
    r"|(?:忽略|无视|無視|忘记|忘記|忘掉|不要理会|不要理會|不必理会|不必理會)"
    r"[^。！？]{0,6}(?:以上|上述|上面|前面|之前|先前)[^。！？]{0,40}"
    r"(?:只|仅|僅|直接|改为|改為|请|請|必须|必須|而是)\s*(?:要|需|能|许|許)?\s*"
    r"(?:回答|回复|回覆|输出|輸出|写|寫|说|說|打印|返回)"
    r"|(?:忽略|无视|無視|忘记|忘記|忘掉)(?:以上|上述|上面|前面|之前|先前)(?:的)?(?:所有|全部|一切)?(?:的)?"
    r"(?:指令|提示|内容|內容|对话|對話|文字)"
    r"|你(?:现在|現在)?是(?:一个|一個|一名)?[^。！？，]{0,6}(?:助手|人工智能|语言模型|語言模型|机器人|機器人)"
    r"|(?:系统|系統)(?:提示|指令|消息|訊息)\s*[:：]|提示词|提示詞"
    r"|(?:игнорируй|проигнорируй|забудь|не\s+обращай)\w*[^.!?]{0,30}"
    r"(?:выше|предыдущ|инструкц|указани|правил)"
    r"|\b(?:ты|вы)\s*[—-]\s*(?:языковая\s+модель|ассистент|помощник)",
    re.IGNORECASE,
)


def speaks_to_a_model(text: str) -> bool:
    """Return whether a sentence gives orders to whoever answers from it."""
    return bool(_ORDER.search(text))
