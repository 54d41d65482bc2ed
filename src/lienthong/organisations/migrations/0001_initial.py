import django.contrib.postgres.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
import lienthong.kernel.ids
import lienthong.organisations.models.periods
import lienthong.organisations.models.working_time
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kernel', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AdministrativeArea',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('level', models.CharField(choices=[('country', 'Quốc gia'), ('province', 'Cấp tỉnh'), ('district', 'Cấp huyện'), ('commune', 'Cấp xã')], max_length=8)),
                ('kind', models.CharField(max_length=24)),
                ('code', models.CharField(max_length=8)),
                ('name', models.CharField(max_length=120)),
                ('search_key', models.CharField(max_length=160)),
                ('sort_key', models.CharField(max_length=260)),
                ('has_nominal_start', models.BooleanField(default=False)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.administrativearea')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['parent', 'sort_key'], name='organisations_area_parent'), models.Index(fields=['level', 'sort_key'], name='organisations_area_level')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='organisations_administrativearea_period'), models.UniqueConstraint(fields=('level', 'code', 'valid_from'), name='organisations_area_code'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.F('level'), '='), (models.F('code'), '='), (lienthong.organisations.models.periods.DateRange('valid_from', 'valid_to'), '&&')], name='organisations_area_code_once')],
            },
        ),
        migrations.CreateModel(
            name='Agency',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('level', models.CharField(choices=[('central', 'Trung ương'), ('province', 'Cấp tỉnh'), ('district', 'Cấp huyện'), ('commune', 'Cấp xã')], max_length=8)),
                ('kind', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=255)),
                ('short_name', models.CharField(blank=True, max_length=80)),
                ('search_key', models.CharField(max_length=300)),
                ('sort_key', models.CharField(max_length=540)),
                ('is_unit', models.BooleanField(default=False)),
                ('is_one_stop', models.BooleanField(default=False)),
                ('address', models.CharField(blank=True, max_length=255)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.administrativearea')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['level', 'sort_key'], name='organisations_agency_level')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='organisations_agency_period')],
            },
        ),
        migrations.CreateModel(
            name='AgencyIdentifier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('scheme', models.CharField(choices=[('qcvn102', 'QCVN 102:2016/BTTTT'), ('qd20', 'QĐ 20/2020/QĐ-TTg'), ('other', 'Mã khác')], max_length=8)),
                ('code', models.CharField(max_length=35)),
                ('match_key', models.CharField(max_length=35)),
                ('confidence', models.CharField(choices=[('high', 'Chắc chắn'), ('medium', 'Suy ra'), ('low', 'Chưa chắc')], default='high', max_length=6)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identifiers', to='organisations.agency')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['match_key'], name='organisations_identifier_match')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='organisations_agencyidentifier_period'), models.UniqueConstraint(fields=('scheme', 'code', 'valid_from'), name='organisations_identifier_code'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.F('scheme'), '='), (models.F('code'), '='), (lienthong.organisations.models.periods.DateRange('valid_from', 'valid_to'), '&&')], name='organisations_identifier_code_once')],
            },
        ),
        migrations.CreateModel(
            name='AgencyParent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parents', to='organisations.agency')),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='children', to='organisations.agency')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='organisations_agencyparent_period'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.F('agency'), '='), (lienthong.organisations.models.periods.DateRange('valid_from', 'valid_to'), '&&')], name='organisations_agencyparent_once'), models.CheckConstraint(condition=models.Q(('agency', models.F('parent')), _negated=True), name='organisations_agencyparent_not_self')],
            },
        ),
        migrations.CreateModel(
            name='AgencySuccession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_date', models.DateField()),
                ('is_default', models.BooleanField(default=True)),
                ('legal_basis', models.CharField(blank=True, max_length=200)),
                ('predecessor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='successions', to='organisations.agency')),
                ('successor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='origins', to='organisations.agency')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('predecessor', 'successor'), name='organisations_agency_succession_once'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('predecessor',), name='organisations_agency_succession_default'), models.CheckConstraint(condition=models.Q(('predecessor', models.F('successor')), _negated=True), name='organisations_agency_succession_not_self')],
            },
        ),
        migrations.CreateModel(
            name='AreaSuccession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_date', models.DateField()),
                ('is_partial', models.BooleanField(default=False)),
                ('is_default', models.BooleanField(default=True)),
                ('legal_basis', models.CharField(blank=True, max_length=200)),
                ('predecessor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='successions', to='organisations.administrativearea')),
                ('successor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='origins', to='organisations.administrativearea')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('predecessor', 'successor'), name='organisations_area_succession_once'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('predecessor',), name='organisations_area_succession_default'), models.CheckConstraint(condition=models.Q(('predecessor', models.F('successor')), _negated=True), name='organisations_area_succession_not_self')],
            },
        ),
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('date', models.DateField()),
                ('kind', models.CharField(choices=[('off', 'Ngày nghỉ'), ('working', 'Ngày làm việc (làm bù)')], max_length=8)),
                ('name', models.CharField(max_length=120)),
                ('replaces', models.DateField(blank=True, null=True)),
                ('opens', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('closes', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('legal_basis', models.CharField(blank=True, max_length=200)),
                ('confidence', models.CharField(choices=[('high', 'Chắc chắn'), ('medium', 'Suy ra'), ('low', 'Chưa chắc')], default='high', max_length=6)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
            ],
            options={
                'indexes': [models.Index(fields=['date'], name='organisations_calendarday_date')],
                'constraints': [models.UniqueConstraint(fields=('agency', 'date'), name='organisations_calendarday_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('closes__isnull', True), ('opens__isnull', True)), models.Q(('closes__gt', models.F('opens')), ('closes__lte', 1440), ('opens__isnull', False)), _connector='OR'), name='organisations_calendarday_span')],
            },
        ),
        migrations.CreateModel(
            name='CountingRule',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('cutoff', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('first_day', models.CharField(choices=[('next_working_day', 'Ngày làm việc liền sau ngày nhận'), ('same_day', 'Chính ngày nhận')], default='next_working_day', max_length=16)),
                ('pause_for_supplement', models.CharField(choices=[('restart', 'Tính lại từ đầu'), ('shift', 'Lùi bằng thời gian tạm dừng')], default='restart', max_length=8)),
                ('pause_for_payment', models.CharField(choices=[('restart', 'Tính lại từ đầu'), ('shift', 'Lùi bằng thời gian tạm dừng')], default='shift', max_length=8)),
                ('pause_for_stop', models.CharField(choices=[('restart', 'Tính lại từ đầu'), ('shift', 'Lùi bằng thời gian tạm dừng')], default='shift', max_length=8)),
                ('legal_basis', models.CharField(blank=True, max_length=200)),
                ('confidence', models.CharField(choices=[('high', 'Chắc chắn'), ('medium', 'Suy ra'), ('low', 'Chưa chắc')], default='high', max_length=6)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='organisations_countingrule_period'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(django.db.models.functions.comparison.Coalesce('agency', models.Value(0, output_field=models.BigIntegerField())), '='), (lienthong.organisations.models.periods.DateRange('valid_from', 'valid_to'), '&&')], name='organisations_countingrule_once'), models.CheckConstraint(condition=models.Q(('cutoff__isnull', True), ('cutoff__lt', 1440), _connector='OR'), name='organisations_countingrule_cutoff')],
            },
        ),
        migrations.CreateModel(
            name='Official',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('full_name', models.CharField(max_length=120)),
                ('search_key', models.CharField(blank=True, max_length=160)),
                ('sort_key', models.CharField(max_length=260)),
                ('form_of_address', models.CharField(blank=True, max_length=8)),
                ('staff_number', models.CharField(blank=True, max_length=24)),
                ('official_email', models.EmailField(blank=True, max_length=254)),
                ('phone', models.CharField(blank=True, max_length=24)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('staff_number', ''), _negated=True), fields=('staff_number',), name='organisations_official_staff_number')],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('official', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to='organisations.official')),
                ('substitute', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='substitutions', to='organisations.official')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='organisations_absence_period'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.F('official'), '='), (lienthong.organisations.models.periods.DateRange('valid_from', 'valid_to'), '&&')], name='organisations_absence_once'), models.CheckConstraint(condition=models.Q(('substitute__isnull', True), models.Q(('substitute', models.F('official')), _negated=True), _connector='OR'), name='organisations_absence_not_self')],
            },
        ),
        migrations.CreateModel(
            name='Position',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('kind', models.CharField(choices=[('leader', 'Lãnh đạo'), ('deputy', 'Phó lãnh đạo'), ('unit_head', 'Trưởng bộ phận'), ('specialist', 'Chuyên viên'), ('receptionist', 'Cán bộ một cửa'), ('clerk', 'Văn thư'), ('treasurer', 'Thủ quỹ'), ('supervisor', 'Kiểm soát thủ tục hành chính'), ('administrator', 'Quản trị hệ thống')], max_length=16)),
                ('title', models.CharField(max_length=160)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='positions', to='organisations.agency')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['agency'], name='organisations_position_agency')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='organisations_position_period')],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('is_main', models.BooleanField(default=True)),
                ('official', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='organisations.official')),
                ('position', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='organisations.position')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['official'], name='organisations_assignment_who'), models.Index(fields=['position'], name='organisations_assignment_post')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='organisations_assignment_period'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.F('official'), '='), (models.F('position'), '='), (lienthong.organisations.models.periods.DateRange('valid_from', 'valid_to'), '&&')], name='organisations_assignment_once')],
            },
        ),
        migrations.CreateModel(
            name='WorkingHours',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('weekday', models.PositiveSmallIntegerField()),
                ('opens', models.PositiveSmallIntegerField()),
                ('closes', models.PositiveSmallIntegerField()),
                ('counts', models.BooleanField(default=True)),
                ('legal_basis', models.CharField(blank=True, max_length=200)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='organisations_workinghours_period'), models.CheckConstraint(condition=models.Q(('closes__gt', models.F('opens')), ('closes__lte', 1440), ('weekday__lte', 6)), name='organisations_workinghours_span'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(django.db.models.functions.comparison.Coalesce('agency', models.Value(0, output_field=models.BigIntegerField())), '='), ('weekday', '='), (lienthong.organisations.models.working_time.MinuteRange('opens', 'closes'), '&&'), (lienthong.organisations.models.periods.DateRange('valid_from', 'valid_to'), '&&')], name='organisations_workinghours_once')],
            },
        ),
    ]
