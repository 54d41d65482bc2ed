"""Turn contents into rows, many at a time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Model

from lienthong.catalogue import models, spelling
from lienthong.catalogue.content import SCALARS, Content
from lienthong.kernel.text import normalise, search_key, sort_key

SORT_KEY_LENGTH = 400
LEADING = ' .,-–:;()0123456789"“'  # numbering in front of some names says nothing to a reader


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """A version to be written: its content, place and period."""

    procedure: models.Procedure
    number: int
    content: Content
    valid_from: date
    valid_to: date | None
    origin: str
    source_sha256: str = ""


def sectors_for(contents: Iterable[Content]) -> dict[str, models.Sector]:
    """Find the sectors that contents name, creating the unknown ones, by code."""
    names = {
        content.sector_code: content.sector_name or content.sector_code for content in contents if content.sector_code
    }
    known = {sector.code: sector for sector in models.Sector.objects.filter(code__in=names)}
    missing = [
        models.Sector(code=code, name=name, search_key=search_key(name), sort_key=sort_key(name))
        for code, name in names.items()
        if code not in known
    ]
    models.Sector.objects.bulk_create(missing)
    return known | {sector.code: sector for sector in missing}


def insert_versions(
    new: Sequence[NewVersion], *, state: str, published_at: datetime | None
) -> list[models.ProcedureVersion]:
    """Insert versions with all their rows in a constant number of statements."""
    sectors = sectors_for(item.content for item in new)
    versions = [_version(item, sectors, state=state, published_at=published_at) for item in new]
    models.ProcedureVersion.objects.bulk_create(versions)
    insert_rows([(version, item.content) for version, item in zip(versions, new, strict=True)])
    learn_words(versions)
    return versions


def rewrite_version(
    version: models.ProcedureVersion, content: Content, *, valid_from: date, valid_to: date | None
) -> models.ProcedureVersion:
    """Replace all that a draft says; its number, state and public id stay."""
    item = NewVersion(
        procedure=version.procedure,
        number=version.number,
        content=content,
        valid_from=valid_from,
        valid_to=valid_to,
        origin=version.origin,
    )
    fresh = _version(item, sectors_for([content]), state=version.state, published_at=None)
    fresh.pk, fresh.uuid, fresh.created_at = version.pk, version.uuid, version.created_at
    for rows in (
        version.time_limits, version.fee_items, version.required_documents, version.steps, version.results,
        version.legal_basis, version.linked_procedures, version.competences,
    ):  # fmt: skip
        rows.all().delete()
    fresh.save(force_update=True)
    insert_rows([(fresh, content)])
    learn_words([fresh])
    return fresh


def insert_rows(pairs: Sequence[tuple[models.ProcedureVersion, Content]]) -> None:
    """Insert the rows below versions (limits, fees, papers, steps, results, bases, links, competence)."""
    rows: dict[type[Model], list[Model]] = {}
    for version, content in pairs:
        for row in _rows(version, content):
            rows.setdefault(type(row), []).append(row)
    for model, instances in rows.items():
        model._default_manager.bulk_create(instances, batch_size=2_000)  # noqa: SLF001 - any model's manager


def learn_words(versions: Iterable[models.ProcedureVersion]) -> None:
    """Add the words of versions to the spelling table that corrects typed words."""
    words = {word for version in versions for word in version.search_text.split() if spelling.is_word(word)}
    known = set(
        models.Spelling.objects.filter(variant__in=words, word__in=words).values_list("word", flat=True).distinct()
    )
    models.Spelling.objects.bulk_create(
        [
            models.Spelling(variant=variant, word=word)
            for word in sorted(words - known)
            for variant in sorted(spelling.variants(word))
        ],
        ignore_conflicts=True,
        batch_size=5_000,
    )


def keys_of(content: Content) -> Mapping[str, str]:
    """Compute the stored search and sort keys of a content."""
    parts = (
        content.name_vi,
        *content.everyday_names,
        content.sector_name,
        *(result.name for result in content.results[:3]),
        content.name_en,
    )
    words = spelling.tokens(" ".join(parts))
    return {
        "name_key": normalise(content.name_vi).lower(),
        "search_key": " ".join(spelling.tokens(content.name_vi)),
        "search_text": " ".join(words),
        "sort_key": sort_key(content.name_vi[:200].lstrip(LEADING)[:190])[:SORT_KEY_LENGTH],
    }


def _version(
    item: NewVersion, sectors: Mapping[str, models.Sector], *, state: str, published_at: datetime | None
) -> models.ProcedureVersion:
    content = item.content
    values = {name: getattr(content, name) for name in SCALARS}
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    return models.ProcedureVersion(
        procedure=item.procedure,
        number=item.number,
        state=state,
        published_at=published_at,
        valid_from=item.valid_from,
        valid_to=item.valid_to,
        origin=item.origin,
        source_sha256=item.source_sha256,
        sector=sectors.get(content.sector_code),
        **values,
        **keys_of(content),
    )


def _rows(version: models.ProcedureVersion, content: Content) -> Iterator[Model]:
    for order, limit in enumerate(content.time_limits):
        yield models.TimeLimit(
            version=version,
            key="main" if order == 0 else f"case-{order}",
            amount=limit.amount,
            unit=limit.unit,
            condition=limit.condition,
            channel=limit.channel,
            is_main=order == 0,
            order=order,
        )
    for order, fee in enumerate(content.fees):
        yield models.FeeItem(
            version=version,
            kind=fee.kind,
            amount=fee.amount,
            purpose=fee.purpose,
            condition=fee.condition,
            channel=fee.channel,
            is_doubtful=fee.is_doubtful,
            order=order,
        )
    for order, document in enumerate(content.documents):
        yield models.RequiredDocument(
            version=version,
            key=document.key,
            name=document.name,
            code=document.code,
            form_code=document.form_code,
            case=document.case,
            originals=document.originals,
            copies=document.copies,
            requirement=document.requirement,
            condition=document.condition,
            order=order,
        )
    for order, step in enumerate(content.steps, start=1):
        yield models.ProcedureStep(
            version=version,
            order=order,
            role=step.role,
            unit=step.unit,
            action_vi=step.action_vi,
            action_en=step.action_en,
            time_share=step.time_share,
        )
    for order, result in enumerate(content.results):
        yield models.ProcedureResult(version=version, code=result.code, name=result.name, order=order)
    for order, basis in enumerate(content.legal_basis):
        yield models.LegalBasis(version=version, symbol=basis.symbol, title=basis.title, order=order)
    for order, link in enumerate(content.links):
        yield models.LinkedProcedure(
            version=version, code=link.code, name=link.name, relation=link.relation, order=order
        )
    for order, rule in enumerate(content.competences):
        yield models.Competence(
            version=version,
            level=rule.level,
            agency_names=list(rule.agency_names),
            agency_id=rule.agency_id,
            area_id=rule.area_id,
            order=order,
        )
