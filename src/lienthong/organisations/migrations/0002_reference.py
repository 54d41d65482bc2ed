"""Reference data of this context: every change of these tables renews their mark."""

from django.db import migrations

from lienthong.kernel.reference import watch


class Migration(migrations.Migration):
    dependencies = [("organisations", "0001_initial"), ("kernel", "0003_reference_marks")]

    operations = [
        *watch(
            "organisations",
            "organisations_administrativearea",
            "organisations_agency",
            "organisations_agencyidentifier",
            "organisations_agencyparent",
            "organisations_calendarday",
            "organisations_countingrule",
            "organisations_workinghours",
        )
    ]
