import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import lienthong.forms.models
import lienthong.kernel.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='CatalogueValue',
            fields=[
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('catalogue', models.SlugField(max_length=60)),
                ('code', models.CharField(max_length=40)),
                ('label', models.CharField(max_length=200)),
                ('label_en', models.CharField(blank=True, max_length=200)),
                ('search_key', models.CharField(max_length=260)),
                ('position', models.PositiveIntegerField()),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='forms_cataloguevalue_period'), models.UniqueConstraint(fields=('catalogue', 'code', 'valid_from'), name='forms_catalogue_value_once')],
            },
        ),
        migrations.CreateModel(
            name='FormVersion',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('key', models.SlugField(max_length=80)),
                ('version', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=300)),
                ('title_en', models.CharField(blank=True, max_length=300)),
                ('schema', models.JSONField()),
                ('layout', models.JSONField()),
                ('state', models.CharField(choices=[('draft', 'Bản soạn'), ('published', 'Đã công bố'), ('withdrawn', 'Đã thu hồi')], default='draft', max_length=9)),
                ('checksum', models.CharField(max_length=64)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='forms_formversion_period'), models.UniqueConstraint(fields=('key', 'version'), name='forms_version_once'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state', 'published')), expressions=[('key', '='), (lienthong.forms.models.DateRange('valid_from', 'valid_to', django.contrib.postgres.fields.ranges.RangeBoundary()), '&&')], name='forms_version_one_in_force')],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('context_key', models.CharField(max_length=120)),
                ('answers', models.JSONField(default=dict)),
                ('sources', models.JSONField(default=dict)),
                ('attachments', models.JSONField(default=dict)),
                ('step', models.CharField(blank=True, max_length=60)),
                ('version', models.PositiveIntegerField(default=0)),
                ('step_versions', models.JSONField(default=dict)),
                ('saved_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('form', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forms.formversion')),
            ],
            options={
                'indexes': [models.Index(fields=['account', '-saved_at', 'id'], name='forms_draft_mine'), models.Index(fields=['expires_at'], name='forms_draft_expiry')],
                'constraints': [models.UniqueConstraint(fields=('account', 'context_key'), name='forms_draft_one_per_purpose'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('saved_at'))), name='forms_draft_expires_later')],
            },
        ),
        migrations.CreateModel(
            name='DraftCopy',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('step', models.CharField(max_length=60)),
                ('answers', models.JSONField()),
                ('based_on', models.PositiveIntegerField()),
                ('saved_at', models.DateTimeField()),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='forms.draft')),
            ],
            options={
                'indexes': [models.Index(fields=['draft', 'id'], name='forms_draft_copy_order')],
            },
        ),
    ]
