"""The words of the interface, by key and language, and the choice of a language.

Every key has every language of ``Language``; a test keeps it so. Words that a server
sends later (errors, "not found") stand here too, so that they follow the reader's choice.
"""

from __future__ import annotations

from rag.types import (
    CitingError,
    EncoderError,
    ExportError,
    Language,
    LibraryBusyError,
    LibraryError,
    NotInLibraryError,
    QuestionError,
    RagError,
    VectorStoreError,
)

ZH, HANT, EN, RU = Language.ZH, Language.ZH_HANT, Language.EN, Language.RU

NAMES: dict[Language, str] = {ZH: "简体中文", HANT: "繁體中文", EN: "English", RU: "Русский"}
"""What each language calls itself."""


def _row(zh: str, hant: str, en: str, ru: str) -> dict[Language, str]:
    return {ZH: zh, HANT: hant, EN: en, RU: ru}


WORDS: dict[str, dict[Language, str]] = {
    # The frame
    "title": _row("书证", "書證", "Shuzheng", "Шучжэн"),
    "tagline": _row(
        "问书，句句有出处",
        "問書，句句有出處",
        "Ask the book. Every sentence shows its page.",
        "У каждой фразы — страница.",
    ),
    "language": _row("语言", "語言", "Language", "Язык"),
    "books": _row("选书", "選書", "Book", "Книга"),
    "all_books": _row("全部书", "全部書", "All books", "Все книги"),
    "no_books": _row(
        "书库里还没有书。用命令 rag add 加一本，再刷新本页。",
        "書庫裡還沒有書。用命令 rag add 加一本，再重新整理本頁。",
        "The library holds no book yet. Add one with the command rag add, then reload this page.",
        "В библиотеке пока нет книг. Добавьте книгу командой rag add и обновите страницу.",
    ),
    # The chat
    "chat": _row("问书", "問書", "Ask", "Вопрос"),
    "question": _row("问题", "問題", "Question", "Вопрос"),
    "question_hint": _row(
        "写下您的问题", "寫下您的問題", "Ask a question of the book", "Задайте вопрос книге"
    ),
    "clear": _row("清空", "清空", "Clear", "Очистить"),
    "welcome": _row(
        "想从书里知道什么？",
        "想從書裡知道什麼？",
        "What would you like to know from the book?",
        "Что вы хотите узнать из книги?",
    ),
    "mode_notice": _row(
        "答案逐字摘自书中，注明页码与章节；点按编号即可查看原页。不使用语言模型。",
        "答案逐字摘自書中，註明頁碼與章節；點按編號即可查看原頁。不使用語言模型。",
        "Answers are quoted from the book word for word, with page and chapter. "
        "Press a number to see the page. No language model is used.",
        "Ответы — дословные цитаты из книги с указанием страницы и главы. "
        "Нажмите на номер, чтобы увидеть страницу. Языковая модель не используется.",
    ),
    "composed_notice": _row(
        "答案由语言模型根据书中文字写成，每句都与所引原文核对，注明页码与章节；"
        "点按编号即可查看原页。",
        "答案由語言模型根據書中文字寫成，每句都與所引原文核對，註明頁碼與章節；"
        "點按編號即可查看原頁。",
        "A language model writes the answers from the text in the library; each sentence is "
        "checked against what it cites, with page and chapter. Press a number to see the page.",
        "Ответы составляет языковая модель по тексту из библиотеки; каждая фраза сверяется с "
        "тем, на что ссылается, с указанием страницы и главы. Нажмите на номер, чтобы увидеть "
        "страницу.",
    ),
    "only_notes": _row(
        "书库里现在只有读书笔记：答案摘自笔记，页码是原书的页码；点按编号即可查看。"
        "加入全文后，即逐字引用原书。不使用语言模型。",
        "書庫裡現在只有讀書筆記：答案摘自筆記，頁碼是原書的頁碼；點按編號即可查看。"
        "加入全文後，即逐字引用原書。不使用語言模型。",
        "For now the library holds only reading notes: answers are taken from them, with the "
        "book’s own pages; press a number to see the place. Once the text is added, the book "
        "itself is quoted. No language model is used.",
        "Пока в библиотеке только заметки о книге: ответы берутся из них, страницы — самой "
        "книги; нажмите на номер, чтобы увидеть место. Когда добавят текст, цитироваться будет "
        "сама книга. Языковая модель не используется.",
    ),
    "examples": _row("可以这样问", "可以這樣問", "For example", "Например"),
    "example_section": _row(
        "“{heading}”一节讲了什么？",
        "「{heading}」一節講了什麼？",
        "What does the book say under “{heading}”?",
        "О чём говорится в разделе «{heading}»?",
    ),
    "example_where": _row(
        "哪一页开始讲“{heading}”？",
        "哪一頁開始講「{heading}」？",
        "On which page does “{heading}” begin?",
        "На какой странице начинается «{heading}»?",
    ),
    "searching": _row("正在翻书……", "正在翻書……", "Leafing through the book…", "Ищу в книге…"),
    "sources": _row("出处", "出處", "Sources", "Источники"),
    "quoted": _row(
        "逐字摘引，未用语言模型",
        "逐字摘引，未用語言模型",
        "Quoted word for word; no language model",
        "Дословные цитаты; без языковой модели",
    ),
    "quoted_notes": _row(
        "摘自读书笔记，非原文；未用语言模型",
        "摘自讀書筆記，非原文；未用語言模型",
        "Taken from reading notes, not the book’s words; no language model",
        "Из заметок о книге, не её слова; без языковой модели",
    ),
    "quoted_translated": _row(
        "逐字摘引；译文出自语言模型",
        "逐字摘引；譯文出自語言模型",
        "Quoted word for word; translated by a language model",
        "Дословные цитаты; перевод языковой модели",
    ),
    "quoted_notes_translated": _row(
        "摘自读书笔记，非原文；译文出自语言模型",
        "摘自讀書筆記，非原文；譯文出自語言模型",
        "Taken from reading notes, not the book’s words; translated by a language model",
        "Из заметок о книге, не её слова; перевод языковой модели",
    ),
    "from_contents": _row(
        "据本书目录与书目；未用语言模型",
        "據本書目錄與書目；未用語言模型",
        "From the book’s own contents and record; no language model",
        "По оглавлению и описанию книги; без языковой модели",
    ),
    "composed": _row(
        "由语言模型据书作答，逐句核对",
        "由語言模型據書作答，逐句核對",
        "Written by a language model from the book; each sentence checked",
        "Составлено языковой моделью по книге; каждая фраза проверена",
    ),
    "seconds": _row("{seconds} 秒", "{seconds} 秒", "{seconds} s", "{seconds} с"),
    "not_found": _row(
        "书里没有找到能回答这个问题的话。",
        "書裡沒有找到能回答這個問題的話。",
        "The book does not seem to answer this question.",
        "В книге не нашлось ответа на этот вопрос.",
    ),
    "nearest": _row(
        "最相近的几处，供您自己判断：",
        "最相近的幾處，供您自己判斷：",
        "The nearest places, for you to judge:",
        "Ближайшие места — судите сами:",
    ),
    "partly": _row(
        "只有部分得到所引文字的支持",
        "只有部分得到所引文字的支持",
        "Only partly supported by what is cited",
        "Подтверждается цитатой лишь отчасти",
    ),
    "unsupported": _row(
        "所引文字不支持这句话",
        "所引文字不支持這句話",
        "Not supported by what is cited",
        "Цитатой не подтверждается",
    ),
    # Into the paper
    "export": _row("导出", "匯出", "Export", "Экспорт"),
    "export_answer": _row("导出这个回答", "匯出這個回答", "Export this answer", "Экспорт ответа"),
    "export_all": _row(
        "导出整个对话", "匯出整個對話", "Export the conversation", "Экспорт всей беседы"
    ),
    "export_reading": _row("写作与阅读", "寫作與閱讀", "To write and read", "Для текста"),
    "export_references": _row(
        "文献管理软件", "書目管理軟體", "Reference managers", "Менеджеры ссылок"
    ),
    "export_data": _row("数据与卡片", "資料與卡片", "Data and cards", "Данные и карточки"),
    "export_nothing": _row(
        "这里还没有可以导出的回答。",
        "這裡還沒有可以匯出的回答。",
        "There is no answer to export here yet.",
        "Здесь пока нет ответа для экспорта.",
    ),
    "export_done": _row("已下载：{name}", "已下載：{name}", "Downloaded: {name}", "Готово: {name}"),
    "export_waiting": _row("正在制作……", "正在製作……", "Being made…", "Готовится…"),
    "error_export": _row(
        "这次没有导出成功。请换一种格式再试。",
        "這次沒有匯出成功。請換一種格式再試。",
        "This could not be exported. Please try another format.",
        "Экспорт не удался. Попробуйте другой формат.",
    ),
    "style": _row("引文格式", "引文格式", "Citation style", "Стиль ссылок"),
    "style_lishi-yanjiu": _row("《历史研究》", "《歷史研究》", "Lishi yanjiu", "Лиши яньцзю"),
    "style_gb-2025-note": _row(
        "GB/T 7714—2025 脚注",
        "GB/T 7714—2025 腳註",
        "GB/T 7714—2025, notes",
        "GB/T 7714—2025, сноски",
    ),
    "style_gb-2025-numeric": _row(
        "GB/T 7714—2025 顺序编码",
        "GB/T 7714—2025 順序編碼",
        "GB/T 7714—2025, numeric",
        "GB/T 7714—2025, номера",
    ),
    "style_gb-2025-author-date": _row(
        "GB/T 7714—2025 著者-出版年",
        "GB/T 7714—2025 著者-出版年",
        "GB/T 7714—2025, author-date",
        "GB/T 7714—2025, автор и год",
    ),
    "style_gb-2015-note": _row(
        "GB/T 7714—2015 脚注",
        "GB/T 7714—2015 腳註",
        "GB/T 7714—2015, notes",
        "GB/T 7714—2015, сноски",
    ),
    "style_gb-2015-numeric": _row(
        "GB/T 7714—2015 顺序编码",
        "GB/T 7714—2015 順序編碼",
        "GB/T 7714—2015, numeric",
        "GB/T 7714—2015, номера",
    ),
    "style_gb-2015-author-date": _row(
        "GB/T 7714—2015 著者-出版年",
        "GB/T 7714—2015 著者-出版年",
        "GB/T 7714—2015, author-date",
        "GB/T 7714—2015, автор и год",
    ),
    "style_chicago": _row("Chicago 脚注", "Chicago 腳註", "Chicago, notes", "Chicago, сноски"),
    "style_apa": _row("APA", "APA", "APA", "APA"),
    "style_mla": _row("MLA", "MLA", "MLA", "MLA"),
    "copy": _row("复制并附出处", "複製並附出處", "Copy with citation", "Копировать со ссылкой"),
    "copied": _row("已复制", "已複製", "Copied", "Скопировано"),
    # Places
    "notes_mark": _row(
        "读书笔记，非原文",
        "讀書筆記，非原文",
        "Notes, not the book’s words",
        "Заметки, не слова книги",
    ),
    "page": _row("第{page}页", "第{page}頁", "p. {page}", "с. {page}"),
    "pages": _row(
        "第{first}—{last}页", "第{first}—{last}頁", "pp. {first}–{last}", "с. {first}–{last}"
    ),
    "about": _row("约{pages}", "約{pages}", "about {pages}", "около {pages}"),
    "page_unknown": _row("页码不明", "頁碼不明", "page unknown", "страница неизвестна"),
    "sure_exact": _row(
        "印刷页码，确切", "印刷頁碼，確切", "Printed page, exact", "Печатная страница, точно"
    ),
    "sure_approximate": _row(
        "按篇幅推算，可能相差一两页",
        "按篇幅推算，可能相差一兩頁",
        "Reckoned by length; may be a page or two off",
        "Рассчитано по объёму; возможна ошибка в страницу-две",
    ),
    "sure_unknown": _row(
        "书中没有可依据的页码",
        "書中沒有可依據的頁碼",
        "Nothing in the text tells the page",
        "В тексте нет указаний на страницу",
    ),
    "open_page": _row("打开 {place}", "開啟 {place}", "Open {place}", "Открыть {place}"),
    "footnote": _row("脚注", "腳註", "Footnote", "Сноска"),
    "footnotes": _row("脚注", "腳註", "Footnotes", "Сноски"),
    "translation": _row("机器译文", "機器譯文", "Machine translation", "Машинный перевод"),
    # The page that opens
    "leaf": _row("书页", "書頁", "Page of the book", "Страница книги"),
    "close": _row("关闭", "關閉", "Close", "Закрыть"),
    "previous": _row("上一页", "上一頁", "Previous page", "Предыдущая"),
    "next": _row("下一页", "下一頁", "Next page", "Следующая"),
    "scan": _row("原书扫描页", "原書掃描頁", "Scan", "Скан"),
    "doubtful": _row(
        "此处识别时把握不大，请对照原书",
        "此處辨識時把握不大，請對照原書",
        "Read with little confidence; check it against the scan",
        "Прочитано неуверенно; сверьте со сканом",
    ),
    # The lookup
    "lookup": _row("查词", "查詞", "Look up", "Поиск"),
    "lookup_label": _row("词语或引文", "詞語或引文", "Words or a quotation", "Слова или цитата"),
    "lookup_hint": _row(
        "输入词语；加引号则逐字查找",
        "輸入詞語；加引號則逐字查找",
        "Type words; put them in quotation marks to find them word for word",
        "Введите слова; в кавычках — дословный поиск",
    ),
    "lookup_empty": _row(
        "边输入边查。记得一句话、一个人名，就能找到它在哪一页。",
        "邊輸入邊查。記得一句話、一個人名，就能找到它在哪一頁。",
        "Results come as you type. A name or half a sentence is enough to find its page.",
        "Результаты появляются по мере ввода. Достаточно имени или половины фразы.",
    ),
    "lookup_none": _row(
        "没有找到。换一个写法，或少写几个字试试。",
        "沒有找到。換一個寫法，或少寫幾個字試試。",
        "Nothing found. Try another spelling, or fewer words.",
        "Ничего не найдено. Попробуйте иное написание или меньше слов.",
    ),
    "lookup_count": _row("{count} 处", "{count} 處", "Places found: {count}", "Найдено: {count}"),
    "match_meaning": _row("意思相近", "意思相近", "By meaning", "По смыслу"),
    # The chronology
    "chronology": _row("年表", "年表", "Chronology", "Хронология"),
    "year_from": _row("起年", "起年", "From year", "С года"),
    "year_to": _row("止年", "止年", "To year", "По год"),
    "year_wrong": _row(
        "年份请用数字写，如 1937。",
        "年份請用數字寫，如 1937。",
        "Please write the year in figures, as 1937.",
        "Напишите год цифрами, например 1937.",
    ),
    "chronology_none": _row(
        "这些年份里没有注明日期的句子。",
        "這些年份裡沒有註明日期的句子。",
        "No sentence is dated to these years.",
        "На эти годы датированных фраз нет.",
    ),
    "chronology_count": _row(
        "{count} 条，逐字摘自书中，按日期排列",
        "{count} 條，逐字摘自書中，按日期排列",
        "Events: {count}, word for word, in the order of their dates",
        "Событий: {count}, дословно, по датам",
    ),
    "chronology_more": _row(
        "共 {count} 条，这里是最早的一部分；请填年份缩小范围",
        "共 {count} 條，這裡是最早的一部分；請填年份縮小範圍",
        "Events: {count}; these are the earliest. Give years to see others",
        "Событий: {count}; показаны самые ранние. Укажите годы, чтобы увидеть другие",
    ),
    "date_inferred": _row(
        "年月据上文推定",
        "年月據上文推定",
        "The date is completed from what stands before",
        "Дата восполнена по предыдущему тексту",
    ),
    # The door
    "password": _row("请输入密码", "請輸入密碼", "Please enter the password", "Введите пароль"),
    "enter": _row("进入", "進入", "Enter", "Войти"),
    "password_wrong": _row(
        "密码不对。", "密碼不對。", "That is not the password.", "Пароль неверен."
    ),
    "password_wait": _row(
        "错误次数太多，请过{seconds}秒再试。",
        "錯誤次數太多，請過{seconds}秒再試。",
        "There were too many wrong guesses; please try again in {seconds} s.",
        "Слишком много неверных попыток; попробуйте снова через {seconds} с.",
    ),
    # What can go wrong
    "error_question": _row(
        "这个问题无法处理：请写一句有文字、不太长的问题。",
        "這個問題無法處理：請寫一句有文字、不太長的問題。",
        "This question cannot be asked: please write one with words in it that is not too long.",
        "Такой вопрос задать нельзя: нужны слова и разумная длина.",
    ),
    "error_missing": _row(
        "书库里已没有这本书或这一处。请刷新本页。",
        "書庫裡已沒有這本書或這一處。請重新整理本頁。",
        "The library no longer holds this book or place. Please reload the page.",
        "Этой книги или этого места в библиотеке больше нет. Обновите страницу.",
    ),
    "error_busy": _row(
        "书库正在被另一个程序写入，请稍后再试。",
        "書庫正在被另一個程式寫入，請稍後再試。",
        "Another program is writing to the library. Please try again shortly.",
        "В библиотеку пишет другая программа. Повторите чуть позже.",
    ),
    "error_library": _row(
        "书库暂时打不开。请管理员运行 rag doctor。",
        "書庫暫時打不開。請管理員執行 rag doctor。",
        "The library cannot be opened. Whoever runs this server should try rag doctor.",
        "Библиотека не открывается. Администратору: запустите rag doctor.",
    ),
    "error_index": _row(
        "检索暂时不可用。请管理员运行 rag doctor --repair。",
        "檢索暫時不可用。請管理員執行 rag doctor --repair。",
        "Search is not available. Whoever runs this server should try rag doctor --repair.",
        "Поиск недоступен. Администратору: запустите rag doctor --repair.",
    ),
    "error_other": _row(
        "出了点问题，这次没有办成。请再试一次。",
        "出了點問題，這次沒有辦成。請再試一次。",
        "Something went wrong and this was not done. Please try again.",
        "Что-то пошло не так. Попробуйте ещё раз.",
    ),
}

_ERRORS: tuple[tuple[type[RagError], str], ...] = (
    (QuestionError, "error_question"),
    (ExportError, "error_export"),
    (CitingError, "error_export"),
    (NotInLibraryError, "error_missing"),
    (LibraryBusyError, "error_busy"),
    (LibraryError, "error_library"),
    (VectorStoreError, "error_index"),
    (EncoderError, "error_index"),
)
"""The key for an error, the narrower class before the wider one."""


def word(key: str, language: Language, **values: object) -> str:
    """Return the words under a key, with its places filled; KeyError for an unknown key."""
    text = WORDS[key][language]
    return text.format(**values) if values else text


def error_key(error: Exception) -> str:
    """Return the key of the sentence that tells a reader of an error, and no more."""
    return next((key for kind, key in _ERRORS if isinstance(error, kind)), "error_other")


def language_of(name: str | None) -> Language:
    """Return the language of a tag such as ``zh-TW``, ``ru`` or ``en-GB``; English for others."""
    tag = (name or "").strip().lower().replace("_", "-")
    if tag.startswith("zh"):
        parts = set(tag.split("-")[1:])
        traditional = "hant" in parts or (parts & {"tw", "hk", "mo"} and "hans" not in parts)
        return HANT if traditional else ZH
    return RU if tag.split("-")[0] == "ru" else EN


def choose(accept_language: str | None) -> Language:
    """Return the interface language for an ``Accept-Language`` header; Chinese without one.

    The reader's most wanted language that we have; English where we have none of them.
    """
    if not accept_language or not accept_language.strip():
        return ZH
    wishes: list[tuple[float, int, str]] = []
    for order, item in enumerate(accept_language[:1000].split(",")):
        tag, _, weight = item.strip().partition(";q=")
        try:
            wishes.append((-float(weight or 1), order, tag.lower()))
        except ValueError:
            continue
    ours = (tag for _, _, tag in sorted(wishes) if tag.split("-")[0] in {"zh", "en", "ru"})
    return language_of(next(ours, "en"))
