import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import lienthong.kernel.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('catalogue', '0001_initial'),
        ('dossiers', '0001_initial'),
        ('organisations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='IndicatorDefinition',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('code', models.CharField(max_length=12)),
                ('group', models.CharField(choices=[('transparency', 'Công khai, minh bạch'), ('progress', 'Tiến độ giải quyết'), ('online', 'Cung cấp dịch vụ công trực tuyến'), ('payment', 'Thanh toán trực tuyến'), ('satisfaction', 'Mức độ hài lòng'), ('digitisation', 'Số hóa hồ sơ')], max_length=12)),
                ('name', models.CharField(max_length=200)),
                ('formula', models.CharField(choices=[('on_time', 'giải quyết đúng hạn / đã giải quyết và đang quá hạn'), ('online_result', 'nộp trực tuyến có kết quả điện tử / đã tiếp nhận'), ('online_filing', 'nộp trực tuyến / thuộc thủ tục toàn trình'), ('paid_online', 'thanh toán trực tuyến / có phí, lệ phí'), ('e_result', 'có kết quả điện tử / đã có kết quả'), ('digitised', 'đã số hóa / có thành phần hồ sơ'), ('reused', 'dùng lại dữ liệu số hóa / có dữ liệu số hóa'), ('from_vault', 'lấy từ kho dữ liệu / đã tiếp nhận'), ('identified', 'khai thác dữ liệu dân cư / đã tiếp nhận'), ('synced', 'đã đồng bộ / thuộc diện đồng bộ'), ('content', 'đúng hạn, không phàn nàn / đã giải quyết'), ('content_full', 'thủ tục công khai đủ nội dung / đang có hiệu lực'), ('online_coverage', 'thủ tục trực tuyến / đang có hiệu lực'), ('online_used', 'dịch vụ có hồ sơ trực tuyến / dịch vụ trực tuyến'), ('payment_used', 'thủ tục có thanh toán trực tuyến / có hồ sơ phải nộp phí'), ('no_source', 'chưa có nguồn dữ liệu')], max_length=32)),
                ('maximum', models.DecimalField(decimal_places=2, max_digits=5, validators=[django.core.validators.MinValueValidator(0)])),
                ('target', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)])),
                ('order', models.PositiveSmallIntegerField()),
                ('legal_basis', models.CharField(max_length=200)),
                ('confidence', models.CharField(choices=[('high', 'Chắc chắn'), ('medium', 'Suy ra'), ('low', 'Chưa chắc')], max_length=6)),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='indicators_indicatordefinition_period'), models.UniqueConstraint(fields=('code', 'valid_from'), name='indicators_definition_once'), models.CheckConstraint(condition=models.Q(('maximum__gte', 0)), name='indicators_definition_maximum'), models.CheckConstraint(condition=models.Q(('target__isnull', True), models.Q(('target__gt', 0), ('target__lte', 100)), _connector='OR'), name='indicators_definition_target')],
            },
        ),
        migrations.CreateModel(
            name='RatingBand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('name', models.CharField(max_length=40)),
                ('lowest', models.DecimalField(decimal_places=2, max_digits=5)),
                ('tone', models.CharField(max_length=8)),
                ('legal_basis', models.CharField(max_length=200)),
                ('confidence', models.CharField(choices=[('high', 'Chắc chắn'), ('medium', 'Suy ra'), ('low', 'Chưa chắc')], max_length=6)),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='indicators_ratingband_period'), models.UniqueConstraint(fields=('lowest', 'valid_from'), name='indicators_band_once')],
            },
        ),
        migrations.CreateModel(
            name='ScoringRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('no_data', models.CharField(choices=[('skip', 'bỏ qua, chia lại điểm cho các chỉ số có dữ liệu'), ('zero', 'tính 0 điểm')], max_length=4)),
                ('legal_basis', models.CharField(max_length=200)),
                ('confidence', models.CharField(choices=[('high', 'Chắc chắn'), ('medium', 'Suy ra'), ('low', 'Chưa chắc')], max_length=6)),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='indicators_scoringrule_period'), models.UniqueConstraint(fields=('valid_from',), name='indicators_rule_once')],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('process_key', models.CharField(max_length=60)),
                ('element_id', models.CharField(max_length=120)),
                ('name', models.CharField(max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('process_key', 'element_id'), name='indicators_step_once')],
            },
        ),
        migrations.CreateModel(
            name='DossierFact',
            fields=[
                ('dossier', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='dossiers.dossier')),
                ('uuid', models.UUIDField(unique=True)),
                ('code', models.CharField(max_length=60)),
                ('agency_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('channel', models.PositiveSmallIntegerField()),
                ('status', models.PositiveSmallIntegerField()),
                ('is_full_online', models.BooleanField()),
                ('submitted_at', models.DateTimeField()),
                ('received_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('paused_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('returned_at', models.DateTimeField(null=True)),
                ('late_from', models.DateTimeField(null=True)),
                ('outcome', models.CharField(choices=[('open', 'đang giải quyết'), ('done', 'đã có kết quả'), ('refused', 'từ chối giải quyết'), ('withdrawn', 'người nộp rút'), ('not_received', 'không được tiếp nhận')], max_length=12)),
                ('timing', models.CharField(blank=True, choices=[('', 'chưa xong'), ('early', 'trước hạn'), ('on_time', 'đúng hạn'), ('late', 'quá hạn')], max_length=7)),
                ('minutes', models.PositiveIntegerField(default=0, help_text='from reception to end, waits left out')),
                ('wait_minutes', models.PositiveIntegerField(default=0)),
                ('rounds', models.PositiveSmallIntegerField(default=0)),
                ('has_fee', models.BooleanField()),
                ('e_result', models.BooleanField()),
                ('paid_online', models.BooleanField(null=True)),
                ('digitised', models.BooleanField(null=True)),
                ('reused', models.BooleanField(null=True)),
                ('from_vault', models.BooleanField(null=True)),
                ('identified', models.BooleanField(null=True)),
                ('synced', models.BooleanField(null=True)),
                ('disliked', models.BooleanField(null=True)),
                ('satisfaction', models.PositiveSmallIntegerField(null=True)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
                ('procedure', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.procedure')),
                ('receiving_agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
            ],
            options={
                'indexes': [models.Index(fields=['agency', 'received_at'], name='indicators_fact_received'), models.Index(fields=['agency', 'ended_at'], name='indicators_fact_ended_at'), models.Index(condition=models.Q(('late_from__isnull', False)), fields=['agency', 'late_from'], name='indicators_fact_late'), models.Index(condition=models.Q(('ended_at__isnull', True), ('received_at__isnull', False)), fields=['agency', 'due_at'], name='indicators_fact_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('outcome', 'open'), ('timing', '')), models.Q(models.Q(('outcome', 'open'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='indicators_fact_ended'), models.CheckConstraint(condition=models.Q(('timing', ''), ('received_at__isnull', False), _connector='OR'), name='indicators_fact_timed_when_received'), models.CheckConstraint(condition=models.Q(models.Q(('timing', 'late'), _negated=True), ('late_from__isnull', False), _connector='OR'), name='indicators_fact_late_since')],
            },
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(help_text='its first day')),
                ('received', models.IntegerField(default=0)),
                ('received_online', models.IntegerField(default=0)),
                ('received_direct', models.IntegerField(default=0)),
                ('ended', models.IntegerField(default=0)),
                ('ended_early', models.IntegerField(default=0)),
                ('ended_on_time', models.IntegerField(default=0)),
                ('ended_late', models.IntegerField(default=0)),
                ('ended_well', models.IntegerField(default=0)),
                ('refused', models.IntegerField(default=0)),
                ('withdrawn', models.IntegerField(default=0)),
                ('not_received', models.IntegerField(default=0)),
                ('late_began', models.IntegerField(default=0)),
                ('minutes', models.BigIntegerField(default=0)),
                ('eligible', models.IntegerField(default=0)),
                ('eligible_online', models.IntegerField(default=0)),
                ('online_result', models.IntegerField(default=0)),
                ('fee_due', models.IntegerField(default=0)),
                ('fee_online', models.IntegerField(default=0)),
                ('answered', models.IntegerField(default=0)),
                ('e_result', models.IntegerField(default=0)),
                ('papers', models.IntegerField(default=0)),
                ('digitised', models.IntegerField(default=0)),
                ('reusable', models.IntegerField(default=0)),
                ('reused', models.IntegerField(default=0)),
                ('vault_known', models.IntegerField(default=0)),
                ('from_vault', models.IntegerField(default=0)),
                ('identity_known', models.IntegerField(default=0)),
                ('identified', models.IntegerField(default=0)),
                ('sync_known', models.IntegerField(default=0)),
                ('synced', models.IntegerField(default=0)),
                ('rated', models.IntegerField(default=0)),
                ('content', models.IntegerField(default=0)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
                ('procedure', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.procedure')),
            ],
            options={
                'indexes': [models.Index(fields=['month', 'agency'], name='indicators_figure_month')],
                'constraints': [models.UniqueConstraint(fields=('agency', 'procedure', 'month'), name='indicators_figure_cell')],
            },
        ),
        migrations.CreateModel(
            name='StepFact',
            fields=[
                ('task_uuid', models.UUIDField(primary_key=True, serialize=False)),
                ('done_at', models.DateTimeField()),
                ('minutes', models.PositiveIntegerField()),
                ('account', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
                ('procedure', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.procedure')),
                ('step', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='indicators.step')),
            ],
            options={
                'indexes': [models.Index(fields=['agency', 'done_at'], name='indicators_stepfact_done')],
            },
        ),
    ]
