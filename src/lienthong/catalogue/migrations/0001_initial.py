import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.comparison
import lienthong.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='LifeEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40, unique=True)),
                ('name_vi', models.CharField(max_length=80)),
                ('name_en', models.CharField(max_length=80)),
                ('summary', models.CharField(max_length=240)),
                ('audience', models.CharField(choices=[('citizen', 'Công dân'), ('business', 'Doanh nghiệp, hợp tác xã'), ('agency', 'Cơ quan, tổ chức'), ('foreigner', 'Người nước ngoài, người Việt Nam ở nước ngoài'), ('official', 'Cán bộ, công chức, viên chức')], max_length=10)),
                ('icon', models.CharField(blank=True, max_length=40)),
                ('order', models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Procedure',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('code', models.CharField(max_length=32, unique=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Sector',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('search_key', models.CharField(max_length=240)),
                ('sort_key', models.CharField(max_length=440)),
            ],
        ),
        migrations.CreateModel(
            name='Synonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phrase', models.CharField(max_length=80, unique=True)),
                ('replacement', models.CharField(max_length=160)),
            ],
        ),
        migrations.CreateModel(
            name='ProcedureVersion',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Dự thảo'), ('published', 'Đã công bố'), ('withdrawn', 'Đã thu hồi')], default='draft', max_length=9)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_on', models.DateField(blank=True, null=True)),
                ('withdrawal_reason', models.CharField(blank=True, max_length=500)),
                ('origin', models.CharField(choices=[('own', 'Biên soạn tại đây'), ('portal', 'Bản ghi Cổng dịch vụ công quốc gia'), ('national', 'Danh mục thủ tục quốc gia')], default='own', max_length=8)),
                ('is_reconstructed', models.BooleanField(default=False)),
                ('name_vi', models.TextField()),
                ('name_en', models.TextField(blank=True)),
                ('everyday_names', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), blank=True, default=list, size=None)),
                ('name_key', models.TextField()),
                ('search_key', models.TextField()),
                ('search_text', models.TextField()),
                ('search_vector', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('search_text', config='simple'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('sort_key', models.CharField(max_length=400)),
                ('promulgator_code', models.CharField(blank=True, max_length=40)),
                ('promulgator_name', models.CharField(blank=True, max_length=255)),
                ('decision', models.CharField(blank=True, max_length=120)),
                ('levels', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('central', 'Trung ương'), ('province', 'Cấp tỉnh'), ('district', 'Cấp huyện'), ('commune', 'Cấp xã'), ('other', 'Cơ quan khác')], max_length=8), default=list, size=None)),
                ('levels_before', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('central', 'Trung ương'), ('province', 'Cấp tỉnh'), ('district', 'Cấp huyện'), ('commune', 'Cấp xã'), ('other', 'Cơ quan khác')], max_length=8), blank=True, default=list, size=None)),
                ('applicants', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('citizen', 'Công dân'), ('business', 'Doanh nghiệp, hợp tác xã'), ('agency', 'Cơ quan, tổ chức'), ('foreigner', 'Người nước ngoài, người Việt Nam ở nước ngoài'), ('official', 'Cán bộ, công chức, viên chức')], max_length=10), default=list, size=None)),
                ('channels', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('online', 'Trực tuyến'), ('counter', 'Trực tiếp tại bộ phận một cửa'), ('postal', 'Qua bưu chính công ích')], max_length=8), default=list, size=None)),
                ('online_level', models.CharField(choices=[('full', 'Toàn trình'), ('partial', 'Một phần'), ('none', 'Chưa trực tuyến')], default='none', max_length=8)),
                ('life_events', django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=40), blank=True, default=list, size=None)),
                ('is_nonterritorial', models.BooleanField(default=False)),
                ('form_key', models.CharField(blank=True, max_length=80)),
                ('process_key', models.CharField(default='standard', max_length=80)),
                ('summary', models.TextField(blank=True)),
                ('agency_text', models.TextField(blank=True)),
                ('conditions', models.TextField(blank=True)),
                ('time_note', models.TextField(blank=True)),
                ('fee_kind', models.CharField(choices=[('phi', 'Phí'), ('le_phi', 'Lệ phí'), ('council', 'Do Hội đồng nhân dân cấp tỉnh quy định'), ('none', 'Không thu')], default='none', max_length=8)),
                ('fee_note', models.TextField(blank=True)),
                ('note', models.TextField(blank=True)),
                ('source', models.CharField(blank=True, max_length=255)),
                ('source_sha256', models.CharField(blank=True, max_length=64)),
                ('procedure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='catalogue.procedure')),
                ('sector', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.sector')),
            ],
            options={
                'abstract': False,
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['search_vector'], name='catalogue_version_words'), django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('search_key', name='gin_trgm_ops'), name='catalogue_version_trigrams'), django.contrib.postgres.indexes.GinIndex(fields=['life_events'], name='catalogue_version_events'), models.Index(fields=['state', 'sort_key'], name='catalogue_version_order'), models.Index(fields=['sector', 'sort_key'], name='catalogue_version_sector')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='catalogue_procedureversion_period'), models.UniqueConstraint(fields=('procedure', 'number'), name='catalogue_version_number'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), ('withdrawn_on__isnull', False)), models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('withdrawn_on__isnull', True)), _connector='OR'), name='catalogue_version_withdrawn'), models.CheckConstraint(condition=models.Q(('state', 'draft'), ('published_at__isnull', False), _connector='OR'), name='catalogue_version_published_at'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state', 'published'), models.Q(('state', 'withdrawn'), ('withdrawn_on__gt', models.F('valid_from'))), _connector='OR'), expressions=[('procedure', '='), (models.Func(models.F('valid_from'), django.db.models.functions.comparison.Least('valid_to', 'withdrawn_on'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='catalogue_version_no_overlap')],
            },
        ),
        migrations.CreateModel(
            name='ProcedureStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField()),
                ('role', models.CharField(blank=True, max_length=40)),
                ('unit', models.CharField(blank=True, max_length=255)),
                ('action_vi', models.TextField()),
                ('action_en', models.TextField(blank=True)),
                ('time_share', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='catalogue.procedureversion')),
            ],
        ),
        migrations.CreateModel(
            name='ProcedureResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(blank=True, max_length=120)),
                ('name', models.TextField()),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='results', to='catalogue.procedureversion')),
            ],
        ),
        migrations.CreateModel(
            name='LinkedProcedure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(blank=True, max_length=32)),
                ('name', models.TextField(blank=True)),
                ('relation', models.CharField(max_length=120)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='linked_procedures', to='catalogue.procedureversion')),
            ],
        ),
        migrations.CreateModel(
            name='LegalBasis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('symbol', models.CharField(max_length=255)),
                ('title', models.TextField(blank=True)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='legal_basis', to='catalogue.procedureversion')),
            ],
        ),
        migrations.CreateModel(
            name='FeeItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('phi', 'Phí'), ('le_phi', 'Lệ phí'), ('council', 'Do Hội đồng nhân dân cấp tỉnh quy định'), ('none', 'Không thu')], max_length=8)),
                ('amount', models.PositiveBigIntegerField(blank=True, null=True)),
                ('purpose', models.TextField(blank=True)),
                ('condition', models.TextField(blank=True)),
                ('channel', models.CharField(blank=True, choices=[('online', 'Trực tuyến'), ('counter', 'Trực tiếp tại bộ phận một cửa'), ('postal', 'Qua bưu chính công ích')], max_length=8)),
                ('is_doubtful', models.BooleanField(default=False)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fee_items', to='catalogue.procedureversion')),
            ],
        ),
        migrations.CreateModel(
            name='Competence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('central', 'Trung ương'), ('province', 'Cấp tỉnh'), ('district', 'Cấp huyện'), ('commune', 'Cấp xã'), ('other', 'Cơ quan khác')], max_length=8)),
                ('agency_names', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.administrativearea')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='competences', to='catalogue.procedureversion')),
            ],
        ),
        migrations.CreateModel(
            name='Spelling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('variant', models.CharField(max_length=40)),
                ('word', models.CharField(max_length=40)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('variant', 'word'), name='catalogue_spelling_once')],
            },
        ),
        migrations.CreateModel(
            name='TimeLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40)),
                ('amount', models.PositiveIntegerField()),
                ('unit', models.CharField(choices=[('immediate', 'ngay'), ('hours', 'giờ làm việc'), ('days', 'ngày'), ('working_days', 'ngày làm việc')], max_length=12)),
                ('condition', models.TextField(blank=True)),
                ('is_main', models.BooleanField(default=False)),
                ('channel', models.CharField(blank=True, choices=[('online', 'Trực tuyến'), ('counter', 'Trực tiếp tại bộ phận một cửa'), ('postal', 'Qua bưu chính công ích')], max_length=8)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='time_limits', to='catalogue.procedureversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('version', 'key'), name='catalogue_timelimit_key'), models.UniqueConstraint(condition=models.Q(('is_main', True)), fields=('version',), name='catalogue_timelimit_main'), models.CheckConstraint(condition=models.Q(models.Q(('amount', 0), ('unit', 'immediate')), models.Q(models.Q(('unit', 'immediate'), _negated=True), ('amount__gt', 0)), _connector='OR'), name='catalogue_timelimit_amount')],
            },
        ),
        migrations.CreateModel(
            name='RawRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(choices=[('own', 'Biên soạn tại đây'), ('portal', 'Bản ghi Cổng dịch vụ công quốc gia'), ('national', 'Danh mục thủ tục quốc gia')], max_length=8)),
                ('source', models.CharField(max_length=255)),
                ('sha256', models.CharField(max_length=64)),
                ('body', models.TextField()),
                ('imported_at', models.DateTimeField()),
                ('procedure', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='raw_records', to='catalogue.procedure')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('procedure', 'origin', 'sha256'), name='catalogue_rawrecord_once')],
            },
        ),
        migrations.CreateModel(
            name='RequiredDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40)),
                ('name', models.TextField()),
                ('code', models.CharField(blank=True, max_length=60)),
                ('form_code', models.CharField(blank=True, max_length=255)),
                ('case', models.TextField(blank=True)),
                ('originals', models.PositiveSmallIntegerField(default=0)),
                ('copies', models.PositiveSmallIntegerField(default=0)),
                ('requirement', models.CharField(choices=[('required', 'Bắt buộc'), ('conditional', 'Tùy trường hợp'), ('present_only', 'Chỉ xuất trình'), ('optional', 'Không bắt buộc')], max_length=12)),
                ('condition', models.TextField(blank=True)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='required_documents', to='catalogue.procedureversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('version', 'key'), name='catalogue_document_key')],
            },
        ),
    ]
