import django.contrib.postgres.fields
import django.db.models.deletion
import lienthong.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('files', '0001_initial'),
        ('organisations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DocumentType',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('code', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=255)),
                ('match_keys', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=255), size=None)),
                ('required', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=list, size=None)),
                ('results_of', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('valid_months', models.PositiveSmallIntegerField(help_text='empty where the paper does not run out', null=True)),
                ('legal_basis', models.CharField(max_length=200)),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='vault_documenttype_period'), models.UniqueConstraint(fields=('code', 'valid_from'), name='vault_documenttype_once'), models.CheckConstraint(condition=models.Q(('match_keys', []), _negated=True), name='vault_documenttype_matches')],
            },
        ),
        migrations.CreateModel(
            name='VaultDocument',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('title', models.CharField(max_length=255)),
                ('number', models.CharField(blank=True, max_length=60)),
                ('issuer_name', models.CharField(blank=True, max_length=255)),
                ('issued_on', models.DateField(null=True)),
                ('valid_until', models.DateField(help_text='the last day it may be relied on', null=True)),
                ('origin', models.CharField(choices=[('result', 'Kết quả giải quyết thủ tục'), ('certified', 'Bản sao điện tử có chứng thực'), ('upload', 'Bạn tự thêm')], max_length=10)),
                ('source_type', models.CharField(blank=True, max_length=40)),
                ('source_id', models.CharField(blank=True, max_length=64)),
                ('verification_code', models.CharField(blank=True, max_length=20)),
                ('signature', models.CharField(choices=[('valid', 'Chữ ký hợp lệ'), ('untrusted', 'Không rõ nơi cấp chứng thư'), ('broken', 'Nội dung bị sửa sau khi ký'), ('unsigned', 'Không có chữ ký số'), ('unreadable', 'Không đọc được')], max_length=12)),
                ('checked_at', models.DateTimeField()),
                ('verified_at', models.DateTimeField(help_text='when an officer compared an own upload with the original', null=True)),
                ('verified_by', models.CharField(blank=True, max_length=255)),
                ('state', models.CharField(choices=[('in_force', 'Còn hiệu lực'), ('revoked', 'Đã thu hồi'), ('replaced', 'Đã được thay thế')], default='in_force', max_length=8)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_why', models.TextField(blank=True)),
                ('business', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.business')),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.file')),
                ('issuer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
                ('replaced_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='vault.vaultdocument')),
                ('type', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.documenttype')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('person__isnull', False)), fields=['person', '-id'], name='vault_by_person'), models.Index(condition=models.Q(('business__isnull', False)), fields=['business', '-id'], name='vault_by_business')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('business__isnull', True), ('person__isnull', False)), models.Q(('business__isnull', False), ('person__isnull', True)), _connector='OR'), name='vault_document_one_owner'), models.UniqueConstraint(condition=models.Q(('source_id', ''), _negated=True), fields=('source_type', 'source_id'), name='vault_document_source_once'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'in_force')), models.Q(('ended_at__isnull', False), ('ended_why__gt', '')), _connector='OR'), name='vault_document_end_explained'), models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('issued_on__isnull', True), ('valid_until__gte', models.F('issued_on')), _connector='OR'), name='vault_document_period'), models.CheckConstraint(condition=models.Q(('verified_at__isnull', True), models.Q(('verified_by', ''), _negated=True), _connector='OR'), name='vault_document_verified_by_someone')],
            },
        ),
        migrations.CreateModel(
            name='ShareLink',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('purpose', models.CharField(max_length=255)),
                ('expires_at', models.DateTimeField()),
                ('max_openings', models.PositiveSmallIntegerField()),
                ('openings', models.PositiveSmallIntegerField(default=0)),
                ('last_opened_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='vault.vaultdocument')),
            ],
            options={
                'indexes': [models.Index(fields=['document', '-id'], name='vault_share_document')],
                'constraints': [models.CheckConstraint(condition=models.Q(('openings__lte', models.F('max_openings'))), name='vault_share_not_too_often'), models.CheckConstraint(condition=models.Q(('purpose', ''), _negated=True), name='vault_share_purpose')],
            },
        ),
        migrations.CreateModel(
            name='DocumentUse',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('used_type', models.CharField(max_length=40)),
                ('used_id', models.CharField(max_length=64)),
                ('label', models.CharField(max_length=255)),
                ('purpose', models.CharField(max_length=255)),
                ('used_by', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='vault.vaultdocument')),
            ],
            options={
                'indexes': [models.Index(fields=['used_type', 'used_id'], name='vault_use_by_thing')],
                'constraints': [models.UniqueConstraint(fields=('document', 'used_type', 'used_id'), name='vault_use_once')],
            },
        ),
        migrations.CreateModel(
            name='Certification',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('submission_key', models.UUIDField(unique=True)),
                ('number', models.PositiveIntegerField()),
                ('year', models.PositiveSmallIntegerField()),
                ('verification_code', models.CharField(max_length=20, unique=True)),
                ('pages', models.PositiveSmallIntegerField()),
                ('official_name', models.CharField(max_length=120)),
                ('official_title', models.CharField(blank=True, max_length=160)),
                ('certified_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
                ('official', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.official')),
                ('scan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.file')),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='certification', to='vault.vaultdocument')),
            ],
            options={
                'indexes': [models.Index(fields=['agency', '-id'], name='vault_certification_book')],
                'constraints': [models.UniqueConstraint(fields=('agency', 'year', 'number'), name='vault_certification_number')],
            },
        ),
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('series', models.CharField(max_length=40)),
                ('last', models.PositiveIntegerField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('agency', 'series'), name='vault_series_once'), models.CheckConstraint(condition=models.Q(('last__gte', 1)), name='vault_series_positive')],
            },
        ),
    ]
