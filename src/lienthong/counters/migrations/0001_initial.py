import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
import lienthong.counters.models.desks
import lienthong.kernel.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
        ('organisations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('late_at', models.DateTimeField()),
                ('capacity', models.PositiveSmallIntegerField()),
                ('seat', models.PositiveSmallIntegerField(null=True)),
                ('guest_name', models.CharField(blank=True, max_length=120)),
                ('guest_phone', models.CharField(blank=True, max_length=24)),
                ('procedure_code', models.CharField(blank=True, max_length=40)),
                ('procedure_name', models.CharField(blank=True, max_length=500)),
                ('code', models.CharField(max_length=9, unique=True)),
                ('state', models.CharField(choices=[('booked', 'Đã đặt'), ('arrived', 'Đã đến'), ('served', 'Đã phục vụ'), ('missed', 'Không đến đúng giờ'), ('cancelled', 'Đã hủy')], default='booked', max_length=10)),
                ('cancel_reason', models.CharField(blank=True, max_length=200)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('changed_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
            ],
        ),
        migrations.CreateModel(
            name='Desk',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('number', models.PositiveSmallIntegerField()),
                ('name', models.CharField(blank=True, max_length=120)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Kiosk',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('name', models.CharField(max_length=120)),
                ('secret', models.CharField(max_length=43, unique=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PriorityRule',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('key', models.CharField(max_length=30)),
                ('name', models.CharField(max_length=120)),
                ('rank', models.PositiveSmallIntegerField(default=1)),
                ('legal_basis', models.CharField(max_length=200)),
                ('confidence', models.CharField(choices=[('high', 'Chắc chắn'), ('medium', 'Suy ra'), ('low', 'Chưa chắc')], default='high', max_length=6)),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='counters_priorityrule_period'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('key', '='), (lienthong.counters.models.desks.DateRange('valid_from', 'valid_to'), '&&')], name='counters_priorityrule_once')],
            },
        ),
        migrations.CreateModel(
            name='ServiceLine',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('letter', models.CharField(max_length=1)),
                ('name', models.CharField(max_length=120)),
                ('sector_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='counters_serviceline_period'), models.CheckConstraint(condition=models.Q(('letter__regex', '^[A-Z]$')), name='counters_serviceline_letter'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('agency', '='), ('letter', '='), (lienthong.counters.models.desks.DateRange('valid_from', 'valid_to'), '&&')], name='counters_serviceline_once')],
            },
        ),
        migrations.CreateModel(
            name='QueueTicket',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('date', models.DateField()),
                ('letter', models.CharField(max_length=1)),
                ('number', models.PositiveIntegerField()),
                ('source', models.CharField(choices=[('kiosk', 'Máy lấy số'), ('clerk', 'Cán bộ lấy giúp')], max_length=6)),
                ('request_id', models.UUIDField(unique=True)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('state', models.CharField(choices=[('waiting', 'Đang chờ'), ('transferred', 'Chuyển quầy, đang chờ'), ('called', 'Đang gọi'), ('serving', 'Đang phục vụ'), ('done', 'Đã xong'), ('no_show', 'Gọi không có mặt')], default='waiting', max_length=12)),
                ('calls', models.PositiveSmallIntegerField(default=0)),
                ('issued_at', models.DateTimeField()),
                ('waiting_since', models.DateTimeField()),
                ('first_called_at', models.DateTimeField(blank=True, null=True)),
                ('called_at', models.DateTimeField(blank=True, null=True)),
                ('serving_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
                ('appointment', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ticket', to='counters.appointment')),
                ('desk', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='counters.desk')),
                ('priority', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='counters.priorityrule')),
                ('served_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='counters.serviceline')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ('waiting', 'transferred'))), fields=['agency', 'date', 'line'], name='counters_ticket_waiting'), models.Index(fields=['agency', 'date', '-called_at'], name='counters_ticket_called')],
                'constraints': [models.UniqueConstraint(fields=('agency', 'date', 'letter', 'number'), name='counters_queueticket_number'), models.CheckConstraint(condition=models.Q(('number__gt', 0)), name='counters_queueticket_positive'), models.UniqueConstraint(condition=models.Q(('state__in', ('called', 'serving'))), fields=('desk', 'date'), name='counters_queueticket_one_at_desk'), models.CheckConstraint(condition=models.Q(('state', 'waiting'), models.Q(('desk__isnull', False), ('state', 'transferred')), models.Q(('called_at__isnull', False), ('desk__isnull', False), ('state__in', ('called', 'serving'))), models.Q(('ended_at__isnull', False), ('state__in', ('done', 'no_show'))), _connector='OR'), name='counters_queueticket_state')],
            },
        ),
        migrations.CreateModel(
            name='DeskLine',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='counters.desk')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='counters.serviceline')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('desk', 'line'), name='counters_deskline_once')],
            },
        ),
        migrations.AddField(
            model_name='desk',
            name='lines',
            field=models.ManyToManyField(related_name='desks', through='counters.DeskLine', to='counters.serviceline'),
        ),
        migrations.CreateModel(
            name='Closure',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('date', models.DateField()),
                ('opens', models.PositiveSmallIntegerField(default=0)),
                ('closes', models.PositiveSmallIntegerField(default=1440)),
                ('reason', models.CharField(max_length=200)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
                ('line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='counters.serviceline')),
            ],
            options={
                'indexes': [models.Index(fields=['agency', 'date'], name='counters_closure_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('closes__gt', models.F('opens')), ('closes__lte', 1440)), name='counters_closure_span'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('agency', '='), (django.db.models.functions.comparison.Coalesce('line', models.Value(0, output_field=models.BigIntegerField())), '='), ('date', '='), (lienthong.counters.models.desks.MinuteRange('opens', 'closes'), '&&')], name='counters_closure_once')],
            },
        ),
        migrations.AddField(
            model_name='appointment',
            name='line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='counters.serviceline'),
        ),
        migrations.CreateModel(
            name='SlotRule',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('weekday', models.PositiveSmallIntegerField()),
                ('opens', models.PositiveSmallIntegerField()),
                ('closes', models.PositiveSmallIntegerField()),
                ('slot_minutes', models.PositiveSmallIntegerField()),
                ('capacity', models.PositiveSmallIntegerField()),
                ('lead_minutes', models.PositiveIntegerField(default=60)),
                ('horizon_days', models.PositiveSmallIntegerField(default=14)),
                ('grace_minutes', models.PositiveSmallIntegerField(default=15)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
                ('line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='counters.serviceline')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='counters_slotrule_period'), models.CheckConstraint(condition=models.Q(('closes__gt', models.F('opens')), ('closes__lte', 1440), ('weekday__lte', 6)), name='counters_slotrule_span'), models.CheckConstraint(condition=models.Q(('capacity__gte', 1), ('capacity__lte', 200), ('slot_minutes__gte', 5), ('slot_minutes__lte', 240)), name='counters_slotrule_size'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('agency', '='), (django.db.models.functions.comparison.Coalesce('line', models.Value(0, output_field=models.BigIntegerField())), '='), ('weekday', '='), (lienthong.counters.models.desks.MinuteRange('opens', 'closes'), '&&'), (lienthong.counters.models.desks.DateRange('valid_from', 'valid_to'), '&&')], name='counters_slotrule_once')],
            },
        ),
        migrations.CreateModel(
            name='QueueSequence',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('date', models.DateField()),
                ('letter', models.CharField(max_length=1)),
                ('last', models.PositiveIntegerField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'date', 'letter'), name='counters_queuesequence_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='desk',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='counters_desk_period'),
        ),
        migrations.AddConstraint(
            model_name='desk',
            constraint=models.CheckConstraint(condition=models.Q(('number__gt', 0)), name='counters_desk_number'),
        ),
        migrations.AddConstraint(
            model_name='desk',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('agency', '='), ('number', '='), (lienthong.counters.models.desks.DateRange('valid_from', 'valid_to'), '&&')], name='counters_desk_once'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['agency', 'starts_at'], name='counters_appointment_day'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['person', '-id'], name='counters_appointment_person'),
        ),
        migrations.AddIndex(
            model_name='appointment',
            index=models.Index(fields=['state', 'starts_at'], name='counters_appointment_state'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(fields=('line', 'starts_at', 'seat'), name='counters_appointment_seat'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('seat__isnull', True), models.Q(('seat__gte', 1), ('seat__lte', models.F('capacity'))), _connector='OR'), name='counters_appointment_capacity'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('seat__isnull', True), ('state', 'cancelled')), models.Q(models.Q(('state', 'cancelled'), _negated=True), ('seat__isnull', False)), _connector='OR'), name='counters_appointment_holds_seat'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at')), ('late_at__gte', models.F('starts_at'))), name='counters_appointment_times'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.CheckConstraint(condition=models.Q(('person__isnull', False), models.Q(models.Q(('guest_name', ''), _negated=True), models.Q(('guest_phone', ''), _negated=True)), _connector='OR'), name='counters_appointment_whose'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(condition=models.Q(('person__isnull', False), ('state__in', ('booked', 'arrived'))), fields=('person', 'agency', 'procedure_code'), name='counters_appointment_person_once'),
        ),
        migrations.AddConstraint(
            model_name='appointment',
            constraint=models.UniqueConstraint(condition=models.Q(('person__isnull', True), ('state__in', ('booked', 'arrived'))), fields=('guest_phone', 'agency', 'procedure_code'), name='counters_appointment_guest_once'),
        ),
    ]
