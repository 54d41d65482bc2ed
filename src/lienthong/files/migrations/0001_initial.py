import django.contrib.postgres.indexes
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
            name='Blob',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('size', models.BigIntegerField()),
                ('media_type', models.CharField(max_length=100)),
                ('pages', models.PositiveIntegerField(blank=True, null=True)),
                ('scan_state', models.CharField(choices=[('not_scanned', 'Chưa quét vi-rút'), ('pending', 'Đang chờ quét vi-rút'), ('clean', 'Đã quét, không thấy mã độc'), ('infected', 'Có mã độc, đã cách ly')], default='not_scanned', max_length=12)),
                ('scanned_at', models.DateTimeField(blank=True, null=True)),
                ('threat', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='files_blob_not_empty'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='files_blob_sha256')],
            },
        ),
        migrations.CreateModel(
            name='File',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('name', models.CharField(max_length=200)),
                ('purpose', models.CharField(max_length=40)),
                ('is_personal', models.BooleanField(default=True)),
                ('original_sha256', models.CharField(blank=True, max_length=64)),
                ('blob', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='files.blob')),
                ('uploaded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['blob'], name='files_file_blob')],
            },
        ),
        migrations.CreateModel(
            name='FileLink',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('owner_type', models.CharField(max_length=40)),
                ('owner_id', models.CharField(max_length=64)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='files.file')),
            ],
            options={
                'indexes': [models.Index(fields=['owner_type', 'owner_id'], name='files_link_owner')],
                'constraints': [models.UniqueConstraint(fields=('file', 'owner_type', 'owner_id'), name='files_link_once')],
            },
        ),
        migrations.CreateModel(
            name='PageText',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('page', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('waiting', 'Đang chờ đọc'), ('done', 'Đã đọc'), ('failed', 'Không đọc được'), ('unavailable', 'Máy chủ chưa cài bộ đọc chữ')], default='waiting', max_length=12)),
                ('source', models.CharField(blank=True, max_length=5)),
                ('text', models.TextField(blank=True)),
                ('search_key', models.TextField(blank=True)),
                ('confidence', models.PositiveSmallIntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=500)),
                ('changed_at', models.DateTimeField()),
                ('blob', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='files.blob')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('search_key', name='gin_trgm_ops'), name='files_pagetext_search'), models.Index(condition=models.Q(('state', 'done'), _negated=True), fields=['state'], name='files_pagetext_open')],
                'constraints': [models.UniqueConstraint(fields=('blob', 'page'), name='files_pagetext_once'), models.CheckConstraint(condition=models.Q(('confidence__lte', 100), ('page__gte', 1)), name='files_pagetext_numbers')],
            },
        ),
        migrations.CreateModel(
            name='SigningCertificate',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('kind', models.CharField(choices=[('person', 'Chữ ký số của người có thẩm quyền'), ('agency', 'Chữ ký số của cơ quan, tổ chức')], max_length=8)),
                ('provider', models.CharField(max_length=16)),
                ('serial_number', models.CharField(max_length=64)),
                ('certificate', models.TextField()),
                ('not_before', models.DateTimeField()),
                ('not_after', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
                ('official', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.official')),
            ],
            options={
                'indexes': [models.Index(fields=['kind', 'agency', 'official'], name='files_certificate_holder')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'person'), ('official__isnull', False)), models.Q(('kind', 'agency'), ('official__isnull', True)), _connector='OR'), name='files_signingcertificate_holder'), models.CheckConstraint(condition=models.Q(('not_after__gt', models.F('not_before'))), name='files_signingcertificate_period'), models.UniqueConstraint(fields=('provider', 'serial_number'), name='files_signingcertificate_serial')],
            },
        ),
    ]
