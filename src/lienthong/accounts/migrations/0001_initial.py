import django.contrib.postgres.fields
import django.db.models.deletion
import lienthong.kernel.clock
import lienthong.kernel.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Business',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('name', models.CharField(max_length=255)),
                ('search_key', models.CharField(max_length=300)),
                ('tax_code', models.CharField(max_length=14, unique=True)),
                ('phone', models.CharField(blank=True, max_length=24)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('address', models.JSONField(blank=True, default=dict)),
            ],
            options={
                'verbose_name': 'doanh nghiệp, tổ chức',
                'indexes': [models.Index(fields=['search_key', 'id'], name='accounts_business_order')],
            },
        ),
        migrations.CreateModel(
            name='RightsEpoch',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('value', models.BigIntegerField(default=0)),
                ('transaction_id', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('full_name', models.CharField(max_length=120)),
                ('search_key', models.CharField(max_length=160)),
                ('sort_key', models.CharField(max_length=260)),
                ('identity_number', models.CharField(blank=True, max_length=12)),
                ('birth_date', models.CharField(blank=True, max_length=10)),
                ('sex', models.CharField(blank=True, choices=[('male', 'Nam'), ('female', 'Nữ')], max_length=8)),
                ('nationality', models.CharField(default='VN', max_length=2)),
                ('phone', models.CharField(blank=True, max_length=24)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('address', models.JSONField(blank=True, default=dict)),
                ('verified_at', models.DateTimeField(blank=True, null=True)),
                ('verified_by', models.CharField(blank=True, max_length=40)),
            ],
            options={
                'indexes': [models.Index(fields=['identity_number'], name='accounts_person_identity'), models.Index(fields=['search_key'], name='accounts_person_search')],
                'constraints': [models.UniqueConstraint(condition=models.Q(models.Q(('identity_number', ''), _negated=True), ('verified_at__isnull', False)), fields=('identity_number',), name='accounts_person_identity_once'), models.CheckConstraint(condition=models.Q(('verified_at__isnull', True), models.Q(('verified_by', ''), _negated=True), _connector='OR'), name='accounts_person_verified_by_someone')],
            },
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('is_active', models.BooleanField(default=True)),
                ('language', models.CharField(default='vi', max_length=2)),
                ('password_set_at', models.DateTimeField(default=lienthong.kernel.clock.now)),
                ('opened_at', models.DateTimeField(default=lienthong.kernel.clock.now)),
                ('locked_at', models.DateTimeField(blank=True, null=True)),
                ('locked_why', models.CharField(blank=True, max_length=255)),
                ('official', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.official')),
                ('person', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='account', to='accounts.person')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='UsedPassword',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('encoded', models.CharField(max_length=128)),
                ('replaced_at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='used_passwords', to='accounts.account')),
            ],
            options={
                'indexes': [models.Index(fields=['account', '-id'], name='accounts_used_password_latest')],
            },
        ),
        migrations.CreateModel(
            name='SignInAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_key', models.CharField(max_length=64)),
                ('address_key', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['account_key', 'at'], name='accounts_attempt_account'), models.Index(fields=['address_key', 'at'], name='accounts_attempt_address'), models.Index(fields=['at'], name='accounts_attempt_at')],
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('name', models.CharField(max_length=120)),
                ('prefix', models.CharField(max_length=12, unique=True)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), size=None)),
                ('expires_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
            ],
            options={
                'indexes': [models.Index(fields=['account'], name='accounts_apitoken_account')],
            },
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('rights', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('receive', 'Tiếp nhận hồ sơ'), ('process', 'Xử lý hồ sơ'), ('assign', 'Phân công xử lý'), ('approve', 'Duyệt kết quả'), ('sign', 'Ký kết quả'), ('issue', 'Cấp số, đóng dấu'), ('collect', 'Thu phí, lệ phí'), ('return', 'Trả kết quả'), ('supervise', 'Kiểm soát, theo dõi'), ('publish', 'Công bố thủ tục'), ('administer', 'Quản trị'), ('operate', 'Vận hành hệ thống')], max_length=12), size=None)),
                ('reason', models.CharField(max_length=255)),
                ('legal_basis', models.CharField(max_length=200)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
                ('from_official', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.official')),
                ('to_official', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.official')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['to_official', 'valid_to'], name='accounts_delegation_to'), models.Index(fields=['from_official', 'valid_to'], name='accounts_delegation_from')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='accounts_delegation_period'), models.CheckConstraint(condition=models.Q(('from_official', models.F('to_official')), _negated=True), name='accounts_delegation_not_self'), models.CheckConstraint(condition=models.Q(('rights', []), _negated=True), name='accounts_delegation_some_right'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', False)), name='accounts_delegation_has_end')],
            },
        ),
        migrations.CreateModel(
            name='AccessRecord',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('viewer_name', models.CharField(max_length=120)),
                ('subject_type', models.CharField(max_length=40)),
                ('subject_id', models.CharField(max_length=64)),
                ('label', models.CharField(max_length=255)),
                ('ground', models.CharField(choices=[('task', 'Để làm nhiệm vụ được giao'), ('purpose', 'Xem ngoài nhiệm vụ, có nêu mục đích'), ('unmasked', 'Hiện đầy đủ dữ liệu đã che'), ('oversight', 'Kiểm tra, giám sát, bảo đảm an toàn'), ('program', 'Hệ thống của cơ quan đọc tự động'), ('shared', 'Qua liên kết bạn chia sẻ')], max_length=10)),
                ('purpose', models.CharField(max_length=255)),
                ('hour', models.DateTimeField(help_text='the hour of the opening, so that one page read often is one row')),
                ('at', models.DateTimeField(help_text='the latest opening in that hour')),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.agency')),
                ('business', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.business')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('business__isnull', True)), fields=['person', '-id'], name='accounts_access_person'), models.Index(condition=models.Q(('business__isnull', False)), fields=['business', '-id'], name='accounts_access_business')],
                'constraints': [models.UniqueConstraint(fields=('account', 'subject_type', 'subject_id', 'ground', 'hour'), name='accounts_access_once_an_hour'), models.CheckConstraint(condition=models.Q(('person__isnull', False), ('business__isnull', False), _connector='OR'), name='accounts_access_of_somebody'), models.CheckConstraint(condition=models.Q(('purpose', ''), _negated=True), name='accounts_access_purpose')],
            },
        ),
        migrations.CreateModel(
            name='PositionRight',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('kind', models.CharField(blank=True, max_length=16)),
                ('right', models.CharField(choices=[('receive', 'Tiếp nhận hồ sơ'), ('process', 'Xử lý hồ sơ'), ('assign', 'Phân công xử lý'), ('approve', 'Duyệt kết quả'), ('sign', 'Ký kết quả'), ('issue', 'Cấp số, đóng dấu'), ('collect', 'Thu phí, lệ phí'), ('return', 'Trả kết quả'), ('supervise', 'Kiểm soát, theo dõi'), ('publish', 'Công bố thủ tục'), ('administer', 'Quản trị'), ('operate', 'Vận hành hệ thống')], max_length=12)),
                ('is_granted', models.BooleanField(default=True)),
                ('legal_basis', models.CharField(max_length=200)),
                ('position', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.position')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='accounts_positionright_period'), models.CheckConstraint(condition=models.Q(models.Q(('position__isnull', True), models.Q(('kind', ''), _negated=True), ('is_granted', True)), models.Q(('position__isnull', False), ('kind', '')), _connector='OR'), name='accounts_positionright_kind_or_post'), models.UniqueConstraint(fields=('kind', 'position', 'right', 'valid_from'), name='accounts_positionright_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='Representation',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('title', models.CharField(blank=True, max_length=120)),
                ('basis', models.CharField(blank=True, max_length=255)),
                ('business', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='representations', to='accounts.business')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='representations', to='accounts.person')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='accounts_representation_period'), models.UniqueConstraint(condition=models.Q(('valid_to__isnull', True)), fields=('person', 'business'), name='accounts_representation_once')],
            },
        ),
    ]
