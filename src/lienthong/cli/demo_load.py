"""``lienthong demo-load``: very many plausible dossiers."""

import argparse
import time

HELP = """Fill a demo installation with N plausible dossiers (DEMO=1 only).

They span three years, all statuses, the procedures and the agencies of the seeded provinces, with histories, papers,
fees and results, and the figures that count them. They have no process to work on: they fill lists, figures and
benchmarks. Run lienthong seed first; running it again adds N more."""

PROCEDURES, AGENCIES = 40, 160


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("count", type=int, metavar="N", help="how many dossiers to add")


def run(options: argparse.Namespace) -> int:
    """Make the dossiers, then their facts, then the cells."""
    from lienthong.dossiers import api as dossiers  # noqa: PLC0415 - models need the settings
    from lienthong.indicators import api as indicators  # noqa: PLC0415
    from lienthong.kernel import clock, reference  # noqa: PLC0415

    if options.count < 1:
        print("lienthong demo-load: N is at least 1")
        return 2
    now = clock.now()
    begun = time.monotonic()
    after = indicators.newest()
    with reference.remembered():
        procedures, agencies, people = _procedures(now), _agencies(now), _people(now)
    for made in dossiers.load_demo(
        count=options.count, procedures=procedures, agencies=agencies, people=people, now=now
    ):
        _say(f"{made} dossiers", begun)
    shown = 0
    for made in indicators.make_facts(after=after):
        if made - shown >= 100_000:  # noqa: PLR2004 - a line now and then
            shown = made
            _say(f"{made} facts", begun)
    _say(f"{indicators.rebuild_figures()} cells", begun)
    return 0


def _say(text: str, begun: float) -> None:
    print(f"  {text:<24} {time.monotonic() - begun:7.1f} s", flush=True)


def _procedures(now):
    from lienthong.catalogue import api as catalogue  # noqa: PLC0415
    from lienthong.dossiers import api as dossiers  # noqa: PLC0415
    from lienthong.forms import api as forms  # noqa: PLC0415
    from lienthong.kernel import clock  # noqa: PLC0415

    on = clock.local_date(now)
    offered = [row for row in catalogue.service_coverage(on=on) if {"commune", "province"} & set(row.levels)]
    found = []
    for row in sorted(offered, key=lambda row: (not row.is_full, row.code))[:PROCEDURES]:
        version = catalogue.get_procedure(code=row.code, on=on)
        limit = catalogue.time_limit(version=version)
        form = forms.current_form(key=version.form_key, on=on) if version.form_key else None
        days = limit.amount if limit is not None and limit.unit in ("days", "working_days") else 3
        found.append(
            dossiers.LoadedProcedure(
                version_id=version.pk, form_id=form.pk if form else None, limit_days=min(max(days, 1), 60)
            )
        )
    return found


def _agencies(now):
    """Choose deciding agencies of provinces and communes that bear a code."""
    from lienthong.dossiers import api as dossiers  # noqa: PLC0415
    from lienthong.kernel import clock  # noqa: PLC0415
    from lienthong.organisations import api as organisations  # noqa: PLC0415

    on = clock.local_date(now)
    found = []
    for level in ("commune", "province"):
        known = [row for row in organisations.list_agencies(on=on, level=level) if not row.is_unit and row.area_id]
        step = max(1, len(known) // (AGENCIES // 2))
        for row in known[::step][: AGENCIES // 2]:
            code = organisations.agency_code(agency_id=row.pk, on=on) or f"A{row.pk}"
            found.append(dossiers.LoadedAgency(agency_id=row.pk, code=code))
    return found


def _people(now):
    from lienthong.accounts import api as accounts  # noqa: PLC0415
    from lienthong.dossiers import api as dossiers  # noqa: PLC0415
    from lienthong.kernel.text import search_key  # noqa: PLC0415

    found = []
    for login in accounts.demo_logins(now=now):
        account = accounts.find_account_by_email(email=login.email)
        if account is not None and account.person_id is not None and account.person is not None:
            name = account.person.full_name
            found.append(dossiers.LoadedPerson(person_id=account.person_id, name=name, search_key=search_key(name)))
    return found
