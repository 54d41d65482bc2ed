"""To which things of other contexts a file belongs."""

from collections.abc import Sequence

from django.db import transaction

from lienthong.files.models import FileLink


@transaction.atomic
def attach(*, file_id: int, owner_type: str, owner_id: str) -> None:
    """Make a file belong to a thing of another context; doing it again changes nothing.

    From then on the thing's access checker decides who reads the file. The caller's own audit entry
    tells the business change.
    """
    FileLink.objects.get_or_create(file_id=file_id, owner_type=owner_type, owner_id=str(owner_id))


def attach_many(*, file_ids: Sequence[int], owner_type: str, owner_id: str) -> None:
    """Make several files belong to a thing of another context, in one statement; see :func:`attach`."""
    FileLink.objects.bulk_create(
        (FileLink(file_id=file_id, owner_type=owner_type, owner_id=str(owner_id)) for file_id in file_ids),
        ignore_conflicts=True,
    )


@transaction.atomic
def detach(*, file_id: int, owner_type: str, owner_id: str) -> None:
    """End a file's belonging to a thing; a file that belongs to nothing is swept after a time."""
    FileLink.objects.filter(file_id=file_id, owner_type=owner_type, owner_id=str(owner_id)).delete()


def detach_all(*, owner_type: str, owner_id: str) -> None:
    """End the belonging of every file of a thing, in one statement; see :func:`detach`."""
    FileLink.objects.filter(owner_type=owner_type, owner_id=str(owner_id)).delete()
