"""Reference data of this context: every change of these tables renews their mark."""

from django.db import migrations

from lienthong.kernel.reference import watch


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial"), ("kernel", "0006_reference_marks")]

    operations = [
        *watch(
            "dossiers",
            "dossiers_codepattern",
            "dossiers_consultedparty",
            "dossiers_pausepolicy",
        )
    ]
