"""Refuses what the reader cannot read: empty, too short, binary or not English."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from landbridge.agreements.tokens import word_set
from landbridge.errors import InputError, Problem

_FUNCTION_WORDS = word_set(
    """
    the of and to in a on for with that is will by as at be are this from or their its has have
    shall it between both was were
    """
)
# Common words of other languages in Latin letters, to name the language that a text is in.
_OTHERS = {
    "French": "le la les des du et en dans pour que qui une sur au aux ont par avec est entre cette ces leur",
    "Spanish": "el la los las de del y en que para por con una se su entre al como sus ambas acuerdan esta",
    "Portuguese": "o a os as do da dos das e em que para com uma se no na por entre ao pela pelo ambas",
    "German": "der die das und den dem des mit von zu im für auf ist eine sich werden beide zwischen",
    "Italian": "il lo la gli le di del della e in che per con una si nel tra i alla dei delle",
    "Turkish": "ve bir bu ile için iki taraf olarak arasında da de olan ülke işbirliği çok gibi konusunda",
    "Kazakh": "jáne men üşin bul bir eki osy týraly jane boıynsha ushin arasynda qazaqstan turaly boiynsha memleket",
    "Uzbek": "va bilan uchun bu bir ikki ham o'zbekiston bo'yicha o'rtasida hamkorlik tomonlar",
    "Indonesian": "dan yang di untuk dengan dari dalam ini kedua pada kerja sama antara akan",
    "Vietnamese": "và của các hai trong với cho là về được hợp tác bên nước",
    "Polish": "i w na z do się oraz dla że przez współpracy między obie strony",
    "Dutch": "de het een en van in op te dat voor met zijn tussen beide door",
    "Azerbaijani": "və bir bu ilə üçün iki arasında olan əməkdaşlıq tərəf haqqında",
    "Swahili": "na ya wa kwa katika ni za la nchi hizi makubaliano baina",
}
_OTHER_WORDS = {name: word_set(words) for name, words in _OTHERS.items()}
_CYRILLIC = {"Kazakh": "әғқңөұүһі", "Ukrainian": "їєґ", "Mongolian": "өү", "Belarusian": "ў"}
_LETTERS = re.compile(r"[^\W\d_]+")
_SAMPLE = 20_000  # characters, from the beginning and from the middle of a text
_LONGEST = 10_000_000  # characters, some 3,000 pages
_FEW_WORDS = 12
_SHARE = 0.12  # of the words of English prose, common ones are a third


def require_english(text: str, name: str) -> None:
    """Raises InputError with the reason when a text is empty, binary or not English."""
    if not text.strip():
        raise InputError(Problem(name, "the text is empty", "give the words of the agreement as plain text"))
    if len(text) > _LONGEST:
        message = f"the text has {len(text):,} characters, more than the {_LONGEST:,} that are read at once"
        raise InputError(Problem(name, message, "give the agreement alone, or its parts one by one"))
    middle = max(len(text) // 2 - _SAMPLE // 2, 0)
    sample = text[:_SAMPLE] if len(text) <= 3 * _SAMPLE else text[:_SAMPLE] + text[middle : middle + _SAMPLE]
    letters = Counter(sample)
    control = sum(
        n for c, n in letters.items() if unicodedata.category(c) == "Cc" and c not in "\t\n\r\f\v\x85"
    )
    if "\x00" in text or control + letters["\ufffd"] > 0.02 * len(sample):
        message = "the file is binary or wrongly decoded, not text"
        raise InputError(Problem(name, message, "save the document as plain text in UTF-8"))
    words = [word.casefold() for word in _LETTERS.findall(sample)]
    if not words:
        raise InputError(
            Problem(name, "there are no words in the text", "give the words of the agreement as plain text")
        )
    remedy = "give an English version: the reader knows no other language"
    scripts = _scripts(letters)
    main = max(scripts, key=lambda script: scripts[script])
    if main != "LATIN" or scripts[main] < 0.7 * sum(scripts.values()):
        main = max((script for script in scripts if script != "LATIN"), key=lambda script: scripts[script])
        message = (
            f"the text is not in English: its letters are mostly {main.capitalize()}{_named(main, letters)}"
        )
        raise InputError(Problem(name, message, remedy))
    tally = Counter(words)
    share = sum(tally[word] for word in _FUNCTION_WORDS) / len(words)
    counts = {
        language: sum(tally[word] for word in common) / len(words)
        for language, common in _OTHER_WORDS.items()
    }
    other = max(counts, key=lambda language: counts[language])
    if len(words) >= _FEW_WORDS and (
        share < _SHARE or (counts[other] > 1.5 * share and counts[other] > _SHARE)
    ):
        language = f" and looks like {other}" if counts[other] > max(share, 0.08) else ""
        message = (
            f"the text does not look like English{language}: {share:.0%} of its words are common English ones"
        )
        raise InputError(Problem(name, message, remedy))


def _scripts(letters: Counter[str]) -> dict[str, int]:
    """How many letters of each script there are."""
    found: Counter[str] = Counter()
    for character, count in letters.items():
        if character.isalpha():
            found[unicodedata.name(character, "UNKNOWN").split()[0]] += count
    return dict(found)


def _named(script: str, letters: Counter[str]) -> str:
    """The language of a script, where its letters tell."""
    if script == "CYRILLIC":
        for language, own in _CYRILLIC.items():
            if sum(letters[c] for c in own) > 3:
                return f", as in {language}"
        return ", as in Russian"
    return {"CJK": ", as in Chinese", "HANGUL": ", as in Korean", "HIRAGANA": ", as in Japanese"}.get(
        script, ""
    )
