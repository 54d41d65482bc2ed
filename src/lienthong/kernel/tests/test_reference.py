"""Remembered reference data: used inside a scope only, renewed by any change, blind to one's own changes."""

import threading

import pytest
from django.db import connection, transaction

from lienthong.kernel import reference

pytestmark = pytest.mark.django_db(transaction=True)


def reader():
    calls = []

    @reference.kept("organisations")
    def read(*, number):
        calls.append(number)
        return number * 10

    return read, calls


def in_another_connection(work):
    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def change_rules():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE organisations_countingrule SET first_day = first_day")


def change_lists():
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE forms_cataloguevalue")


def use(read):
    with reference.remembered():
        return read(number=4)


def test_outside_a_scope_every_read_is_made():
    read, calls = reader()
    assert [read(number=4), read(number=4)] == [40, 40]
    assert calls == [4, 4]


def test_inside_scopes_a_read_is_made_once_and_the_marks_cost_one_statement(django_assert_num_queries):
    read, calls = reader()
    use(read)
    with django_assert_num_queries(1), reference.remembered():
        assert [read(number=4), read(number=4)] == [40, 40]
    assert calls == [4]


def test_a_change_committed_by_another_process_is_seen_by_the_next_use_case():
    read, calls = reader()
    use(read)
    in_another_connection(change_rules)
    use(read)
    assert calls == [4, 4]


def test_a_transaction_that_changed_a_topic_remembers_nothing_of_it():
    read, calls = reader()
    use(read)
    with transaction.atomic():
        change_rules()
        use(read)
        use(read)
        transaction.set_rollback(True)
    use(read)
    assert calls == [4, 4, 4]


def test_a_change_of_another_topic_changes_nothing():
    read, calls = reader()
    use(read)
    in_another_connection(change_lists)
    use(read)
    assert calls == [4]
