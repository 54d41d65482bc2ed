"""Reference data of this context: every change of these tables renews their mark."""

from django.db import migrations

from lienthong.kernel.reference import watch


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial"), ("kernel", "0003_reference_marks")]

    operations = [
        *watch(
            "dossiers",
            "dossiers_branchrule",
            "dossiers_codepattern",
            "dossiers_consultedparty",
            "dossiers_paperform",
            "dossiers_pausepolicy",
            "dossiers_reminderrule",
            "dossiers_tacitrule",
            "dossiers_waitrule",
        )
    ]
