"""Reference data of this context: every change of these tables renews their mark."""

from django.db import migrations

from lienthong.kernel.reference import watch


class Migration(migrations.Migration):
    dependencies = [("forms", "0001_initial"), ("kernel", "0003_reference_marks")]

    operations = [
        *watch(
            "forms",
            "forms_formversion",
            "forms_cataloguevalue",
        )
    ]
