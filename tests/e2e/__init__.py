"""What people see: whole stories in a real browser, on a desktop (1280 px) and a phone (390 px).

Each test is one story with all its people, each with a browser window of their own. The pages, the
database with the real seeds, the signatures and the jobs are the real ones; only the clock is set: every
story begins on Friday 20 November 2026 at 09:00 in Vietnam.

Citizens hold a phone and officials sit at a desktop, and every page they come by is examined at both
widths. Stories marked ``both_devices`` are told twice, everybody with the one and then with the other.

Run everything, or one story with one device::

    make develop assets
    .venv/bin/pytest tests/e2e
    .venv/bin/pytest tests/e2e -k "session and phone"

Watch a story happen, slowed down so that an eye can follow::

    HEADED=1 SLOW=400 .venv/bin/pytest tests/e2e -k "online and desktop"

A failing story leaves a picture of every open window in ``build/e2e/``.

``town.py`` holds the installation (database, server, worker, clock), ``people.py`` what the people do,
``watch.py`` what is demanded of every page they see.
"""
