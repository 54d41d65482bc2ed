import django.db.models.deletion
import lienthong.kernel.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('organisations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DecisionDefinition',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('key', models.CharField(max_length=60)),
                ('version', models.PositiveIntegerField()),
                ('name', models.CharField(blank=True, max_length=200)),
                ('dmn', models.TextField()),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='workflows_decisiondefinition_period'), models.UniqueConstraint(fields=('key', 'version'), name='workflows_decision_version')],
            },
        ),
        migrations.CreateModel(
            name='ProcessDefinition',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('key', models.CharField(max_length=60)),
                ('version', models.PositiveIntegerField()),
                ('name', models.CharField(max_length=200)),
                ('name_en', models.CharField(blank=True, max_length=200)),
                ('bpmn', models.TextField()),
                ('dmn', models.JSONField(default=list)),
                ('digest', models.CharField(max_length=64)),
                ('published_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='workflows_processdefinition_period'), models.UniqueConstraint(fields=('key', 'version'), name='workflows_definition_version')],
            },
        ),
        migrations.CreateModel(
            name='Instance',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('business_key', models.CharField(max_length=64, unique=True)),
                ('status', models.CharField(choices=[('RUNNING', 'Đang chạy'), ('FINISHED', 'Đã kết thúc'), ('CANCELLED', 'Đã hủy')], default='RUNNING', max_length=9)),
                ('stage', models.CharField(blank=True, max_length=16)),
                ('title', models.CharField(blank=True, max_length=120)),
                ('subtitle', models.CharField(blank=True, max_length=400)),
                ('parties', models.JSONField(default=dict)),
                ('state', models.BinaryField()),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('counted_from', models.DateTimeField(blank=True, null=True)),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('next_timer_at', models.DateTimeField(blank=True, null=True)),
                ('definition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instances', to='workflows.processdefinition')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('next_timer_at__isnull', False)), fields=['next_timer_at'], name='workflows_instance_timer')],
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('number', models.PositiveIntegerField()),
                ('business_key', models.CharField(max_length=64)),
                ('process_key', models.CharField(max_length=60)),
                ('element_id', models.CharField(max_length=120)),
                ('name', models.CharField(max_length=200)),
                ('name_en', models.CharField(blank=True, max_length=200)),
                ('public_name', models.CharField(blank=True, max_length=200)),
                ('party', models.CharField(max_length=16)),
                ('right', models.CharField(max_length=16)),
                ('stage', models.CharField(blank=True, max_length=16)),
                ('title', models.CharField(blank=True, max_length=120)),
                ('subtitle', models.CharField(blank=True, max_length=400)),
                ('state', models.CharField(choices=[('OPEN', 'Chưa ai nhận'), ('CLAIMED', 'Đã nhận'), ('DONE', 'Đã xong'), ('CANCELLED', 'Đã hủy')], default='OPEN', max_length=9)),
                ('assignee_name', models.CharField(blank=True, max_length=120)),
                ('assigned_at', models.DateTimeField(blank=True, null=True)),
                ('time_share', models.FloatField(blank=True, null=True)),
                ('opened_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(blank=True, null=True)),
                ('has_own_limit', models.BooleanField(default=False, help_text='due_at is not a part of the whole limit')),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, max_length=40)),
                ('note', models.TextField(blank=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
                ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('instance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='workflows.instance')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ('OPEN', 'CLAIMED'))), fields=['agency', 'right', 'due_at'], name='workflows_task_pool'), models.Index(condition=models.Q(('state', 'CLAIMED')), fields=['assignee', 'due_at'], name='workflows_task_mine'), models.Index(fields=['business_key', 'id'], name='workflows_task_business')],
                'constraints': [models.UniqueConstraint(fields=('instance', 'number'), name='workflows_task_number'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'CLAIMED'), _negated=True), ('assignee__isnull', False), _connector='OR'), name='workflows_task_claimed_by_someone')],
            },
        ),
    ]
