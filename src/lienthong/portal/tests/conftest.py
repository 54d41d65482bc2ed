"""What the tests of the portal share: the small country of dossiers."""

from lienthong.dossiers.tests.conftest import authority_folder, shared_world, world

__all__ = ["authority_folder", "shared_world", "world"]
