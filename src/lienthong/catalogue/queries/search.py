"""Find procedures by what people type, with filters and counts: four statements at most.

How a text is read:

1. cut into unaccented words; a word that no procedure knows is replaced by the known words one
   letter away (:mod:`lienthong.catalogue.spelling`);
2. everyday phrases ("sổ đỏ") also stand for the words of the law (seeded synonyms);
3. a procedure matches when it holds all words (the last one may be unfinished), or when its code
   begins with the text; when nothing does, names much like the text as a whole (trigrams).

Order: code, then the exact phrase with accents, the phrase without, the everyday name, then how
much of the name is covered; procedures that can be filed here come before those only described.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db import connection

from lienthong.catalogue import spelling
from lienthong.catalogue.models import Level, Spelling, Synonym, VersionState
from lienthong.kernel.text import normalise

PAGE_SIZE = 20
MAX_QUERY = 200
MAX_WORDS = 16
MAX_PAGE = 500
_FACETS = ("sector", "level", "applicant", "online", "life_event")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; empty means everything."""

    sector: str = ""
    level: str = ""
    applicant: str = ""
    online: str = ""
    life_event: str = ""
    agency_id: int | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A procedure found, with what a list shows.

    :ivar amount: main time limit in ``unit``; None when none is known.
    """

    uuid: str
    code: str
    name_vi: str
    name_en: str
    summary: str
    sector_name: str
    levels: tuple[str, ...]
    online_level: str
    has_form: bool
    amount: int | None
    unit: str | None
    fee_kind: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A value results may be narrowed to, and how many of them have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of hits; ``corrected`` is what was searched instead of a mistyped text."""

    hits: tuple[Hit, ...]
    facets: dict[str, tuple[Facet, ...]]
    total: int
    page: int
    pages: int
    corrected: str = ""


def search(
    *,
    query: str = "",
    sector: str = "",
    level: str = "",
    applicant: str = "",
    online: str = "",
    life_event: str = "",
    agency_id: int | None = None,
    on: date,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> SearchPage:
    """Search the procedures in force on a date; an empty text lists all by name.

    :param page: from 1; beyond the last gives an empty page.
    :param size: hits a page, 1 to 100.
    """
    page, size = max(1, min(page, MAX_PAGE)), max(1, min(size, 100))
    filters = Filters(sector, level, applicant, online, life_event, agency_id)
    where, params = _where(filters, on)
    text = _Text.read(query)
    match, score, text_params = _match(text)
    params |= text_params | {"size": size, "offset": (page - 1) * size}
    rows = _rows(_PAGE_SQL.format(where=where, match=match, score=score), params)
    total = rows[0][-1] if rows else 0
    facets = _facets(_FACET_SQL.format(where=where, match=match), params)
    if not rows and page > 1:
        total = sum(facet.count for facet in facets["online"])
    return SearchPage(
        hits=tuple(_hit(row) for row in rows),
        facets=facets,
        total=total,
        page=page,
        pages=-(-total // size),
        corrected=text.corrected,
    )


def suggest(*, query: str, on: date, size: int = 8) -> tuple[Hit, ...]:
    """Give the few best hits while somebody types; nothing before two letters."""
    text = _Text.read(query)
    if len("".join(text.words)) < 2 and not text.code:  # noqa: PLR2004 - one letter says nothing
        return ()
    where, params = _where(Filters(), on)
    match, score, text_params = _match(text)
    params |= text_params | {"size": size, "offset": 0}
    return tuple(_hit(row) for row in _rows(_PAGE_SQL.format(where=where, match=match, score=score), params))


@dataclass(frozen=True, slots=True)
class _Text:
    """A typed text, understood."""

    typed: str
    words: tuple[str, ...]
    code: str
    tsqueries: tuple[str, ...]
    phrases: tuple[str, ...]
    corrected: str

    @classmethod
    def read(cls, query: str) -> "_Text":
        """Understand a text with two statements: spelling and synonyms; none for an empty one."""
        typed = normalise(query.replace("\x00", ""))[:MAX_QUERY]
        words = tuple(spelling.tokens(typed))[:MAX_WORDS]
        code = typed if words and typed[0].isdigit() and "." in typed else ""
        if not words:
            return cls(typed, (), "", (), (), "")
        near = _near_words(words)
        corrected = " ".join(near[word][0] if near[word] else word for word in words)
        phrases = [" ".join(words)]
        if corrected != phrases[0]:
            phrases.append(corrected)
        law = _with_law_words(phrases)
        queries = [_tsquery([near[word] or (word,) for word in words], joint="<->" if law else "&")]
        queries += [_tsquery([(word,) for word in phrase.split()]) for phrase in law]
        phrases += law
        return cls(
            typed, words, code, tuple(queries), tuple(phrases), corrected if corrected != " ".join(words) else ""
        )


def _near_words(words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Find the known words for each typed one: itself when known, else those one letter away."""
    forms = {word: spelling.variants(word) if len(word) >= spelling.MIN_CORRECTED else {word} for word in words}
    rows = Spelling.objects.filter(variant__in=set().union(*forms.values())).values_list("variant", "word").distinct()
    by_form: dict[str, set[str]] = {}
    for form, word in rows:
        by_form.setdefault(form, set()).add(word)
    found: dict[str, tuple[str, ...]] = {}
    for index, word in enumerate(words):
        reachable = {known for form in forms[word] for known in by_form.get(form, ())}
        near = sorted((known for known in reachable if spelling.is_near(word, known)), key=partial(_farness, word))
        is_unfinished = index == len(words) - 1 and any(known.startswith(word) for known in reachable)
        if not spelling.is_word(word) or word in near or is_unfinished:
            found[word] = (word,)
        else:
            found[word] = tuple(near[:6])
    return found


def _farness(word: str, known: str) -> tuple[bool, bool, bool, bool, str]:
    """Order candidates: the word itself, swapped letters, a doubled letter, the same first letter."""
    return (known != word, sorted(known) != sorted(word), set(known) != set(word), known[0] != word[0], known)


def _with_law_words(phrases: Sequence[str]) -> list[str]:
    """Rewrite the phrases with the words of the law; the longest everyday phrase wins."""
    pieces = {
        " ".join(words[start:end])
        for phrase in phrases
        for words in [phrase.split()]
        for start in range(len(words))
        for end in range(start + 1, min(len(words), start + 5) + 1)
    }
    known = sorted(
        Synonym.objects.filter(phrase__in=pieces).values_list("phrase", "replacement"),
        key=lambda pair: -len(pair[0]),
    )
    rewritten = []
    for phrase in phrases:
        for said, law in known:
            if f" {said} " in f" {phrase} ":
                rewritten.append(f" {phrase} ".replace(f" {said} ", f" {law} ").strip())
                break
    return [phrase for phrase in dict.fromkeys(rewritten) if phrase not in phrases]


def _tsquery(words: Sequence[Sequence[str]], *, joint: str = "&") -> str:
    """Write a text-search condition: all words, each by any of its spellings, the last one unfinished.

    :param joint: ``&`` for words anywhere, ``<->`` for words side by side.
    """
    last = len(words) - 1
    parts = []
    for index, spellings in enumerate(words):
        suffix = ":*" if index == last else ""
        parts.append("(" + "|".join(f"'{word}'{suffix}" for word in spellings) + ")")
    return joint.join(parts)


def _match(text: _Text) -> tuple[str, str, dict[str, Any]]:
    """Give the SQL of the candidates and of their score, each branch served by its own index."""
    if not text.words:
        return "SELECT id FROM catalogue_procedureversion", "0", {}
    params: dict[str, Any] = {
        "first": text.phrases[0],
        "typed": f"%{_escaped(text.typed.lower())}%",
        "code": text.code or text.typed,
        "code_prefix": f"{_escaped(text.code or text.typed)}%",
    }
    branches = [_CODE_BRANCH]
    for index, query in enumerate(text.tsqueries):
        params[f"words{index}"] = query
        branches.append(_WORDS_BRANCH.format(index=index))
    scores = [_CODE_SCORE, _TYPED_SCORE, _EVERYDAY_SCORE, _FORM_SCORE]
    for index, phrase in enumerate(text.phrases):
        params[f"plain{index}"] = phrase
        params[f"phrase{index}"] = f"%{_escaped(phrase)}%"
        scores.append(_PHRASE_SCORE.format(index=index, weight=4 if index == 0 else 3))
    return _CANDIDATES.format(words=" UNION ".join(branches)), " + ".join(scores), params


# Likeness of the whole text is asked only when no procedure holds the words.
_CANDIDATES = """
    WITH by_words AS MATERIALIZED ({words})
    SELECT id FROM by_words
    UNION ALL
    SELECT id FROM catalogue_procedureversion
    WHERE NOT EXISTS (SELECT 1 FROM by_words) AND search_key %%> %(first)s
"""
_CODE_BRANCH = """
    SELECT one.id FROM catalogue_procedureversion one
    JOIN catalogue_procedure its ON its.id = one.procedure_id WHERE its.code LIKE %(code_prefix)s
"""
_WORDS_BRANCH = "SELECT id FROM catalogue_procedureversion WHERE search_vector @@ %(words{index})s::tsquery"
_CODE_SCORE = "CASE WHEN procedure.code = %(code)s THEN 50 WHEN procedure.code LIKE %(code_prefix)s THEN 20 ELSE 0 END"
_TYPED_SCORE = "CASE WHEN version.name_key LIKE %(typed)s THEN 6 ELSE 0 END"
_EVERYDAY_SCORE = "CASE WHEN lower(version.everyday_names::text) LIKE %(typed)s THEN 4 ELSE 0 END"
_FORM_SCORE = "CASE WHEN version.form_key <> '' THEN 1.5 ELSE 0 END"
# The share of the name that the phrase covers puts "Đăng ký khai sinh" before its longer relatives.
_PHRASE_SCORE = """
    CASE WHEN version.search_key LIKE %(phrase{index})s
         THEN {weight} + 5.0 * length(%(plain{index})s) / greatest(length(version.search_key), 1)
         WHEN version.search_text LIKE %(phrase{index})s THEN {weight} - 1
         ELSE 0 END
"""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _where(filters: Filters, on: date) -> tuple[str, dict[str, Any]]:
    parts = [
        "version.state <> %(draft)s",
        "version.valid_from <= %(on)s",
        "(version.valid_to IS NULL OR version.valid_to > %(on)s)",
        "(version.withdrawn_on IS NULL OR version.withdrawn_on > %(on)s)",
    ]
    params: dict[str, Any] = {"draft": VersionState.DRAFT, "on": on}
    for name, sql in _FILTERS.items():
        value = getattr(filters, name)
        if value not in ("", None):
            parts.append(sql)
            params[name] = value
    return " AND ".join(parts), params


_FILTERS = {
    "sector": "sector.code = %(sector)s",
    "level": "%(level)s = ANY(version.levels)",
    "applicant": "%(applicant)s = ANY(version.applicants)",
    "online": "version.online_level = %(online)s",
    "life_event": "version.life_events @> ARRAY[%(life_event)s]::varchar[]",
    "agency_id": """EXISTS (
        SELECT 1 FROM catalogue_competence rule JOIN organisations_agency agency ON agency.id = %(agency_id)s
        WHERE rule.version_id = version.id AND (
            rule.agency_id = agency.id
            OR (rule.agency_id IS NULL AND rule.level = agency.level AND EXISTS (
                SELECT 1 FROM unnest(rule.agency_names) named WHERE agency.name ILIKE named || '%%'
            ))
        )
    )""",
}

_PAGE_SQL = """
    WITH matched AS MATERIALIZED (
        SELECT version.id, version.sort_key, {score} AS score, count(*) OVER () AS total
    FROM catalogue_procedureversion version
    JOIN catalogue_procedure procedure ON procedure.id = version.procedure_id
    LEFT JOIN catalogue_sector sector ON sector.id = version.sector_id
    WHERE version.id IN ({match}) AND {where}
        ORDER BY score DESC, version.sort_key, version.id LIMIT %(size)s OFFSET %(offset)s
    )
    SELECT version.uuid, procedure.code, version.name_vi, version.name_en, version.summary, sector.name,
           version.levels, version.online_level, version.form_key <> '', limits.amount, limits.unit,
           version.fee_kind, matched.total
    FROM matched
    JOIN catalogue_procedureversion version ON version.id = matched.id
    JOIN catalogue_procedure procedure ON procedure.id = version.procedure_id
    LEFT JOIN catalogue_sector sector ON sector.id = version.sector_id
    LEFT JOIN catalogue_timelimit limits ON limits.version_id = version.id AND limits.is_main
    ORDER BY matched.score DESC, matched.sort_key, matched.id
"""

_FACET_SQL = """
    WITH matched AS MATERIALIZED (
        SELECT version.levels, version.applicants, version.online_level, version.life_events,
               sector.code AS sector_code, sector.name AS sector_name, sector.sort_key AS sector_order
    FROM catalogue_procedureversion version
    JOIN catalogue_procedure procedure ON procedure.id = version.procedure_id
    LEFT JOIN catalogue_sector sector ON sector.id = version.sector_id
    WHERE version.id IN ({match}) AND {where}
    )
    SELECT 'sector', sector_code, sector_name, count(*) FROM matched WHERE sector_code IS NOT NULL GROUP BY 2, 3
    UNION ALL SELECT 'level', value, value, count(*) FROM matched, unnest(levels) value GROUP BY 2
    UNION ALL SELECT 'applicant', value, value, count(*) FROM matched, unnest(applicants) value GROUP BY 2
    UNION ALL SELECT 'online', online_level, online_level, count(*) FROM matched GROUP BY 2
    UNION ALL SELECT 'life_event', event.key, event.name_vi, count(*) FROM matched, unnest(life_events) value
              JOIN catalogue_lifeevent event ON event.key = value GROUP BY 2, 3
    ORDER BY 1, 4 DESC, 3
"""


def _rows(sql: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _hit(row: tuple[Any, ...]) -> Hit:
    uuid, code, name, name_en, summary, sector, levels, online, has_form, amount, unit, fee_kind, _total = row
    order = {level: index for index, level in enumerate(Level.values)}
    return Hit(
        uuid=str(uuid),
        code=code,
        name_vi=name,
        name_en=name_en,
        summary=summary,
        sector_name=sector or "",
        levels=tuple(sorted(levels, key=lambda level: -order.get(level, 0))),
        online_level=online,
        has_form=has_form,
        amount=amount,
        unit=unit,
        fee_kind=fee_kind,
    )


def _facets(sql: str, params: dict[str, Any]) -> dict[str, tuple[Facet, ...]]:
    found: dict[str, list[Facet]] = {name: [] for name in _FACETS}
    for name, value, label, count in _rows(sql, params):
        found[name].append(Facet(value, label, count))
    return {name: tuple(values) for name, values in found.items()}
