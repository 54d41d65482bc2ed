import django.db.models.deletion
import lienthong.kernel.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProviderHealth',
            fields=[
                ('provider', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('resting_until', models.DateTimeField(null=True)),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('changed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('kind', models.CharField(max_length=60)),
                ('dedupe_key', models.CharField(max_length=160, unique=True)),
                ('title', models.CharField(max_length=255)),
                ('body', models.TextField()),
                ('link', models.CharField(blank=True, max_length=200)),
                ('language', models.CharField(max_length=2)),
                ('read_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.person')),
            ],
            options={
                'indexes': [models.Index(fields=['account', '-id'], name='notifications_by_account'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['account'], name='notifications_unread')],
                'constraints': [models.CheckConstraint(condition=models.Q(('account__isnull', False), ('person__isnull', False), _connector='OR'), name='notifications_has_recipient')],
            },
        ),
        migrations.CreateModel(
            name='PhoneChallenge',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('number', models.CharField(max_length=16)),
                ('expires_at', models.DateTimeField()),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('closed_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('account',), name='notifications_challenge_one_open')],
            },
        ),
        migrations.CreateModel(
            name='PhoneNumber',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('number', models.CharField(help_text='E.164, as +84905123456', max_length=16)),
                ('verified_at', models.DateTimeField()),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('number__regex', '^\\+84[0-9]{9}$')), name='notifications_phone_e164')],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=60)),
                ('channel', models.CharField(choices=[('app', 'Trong ứng dụng'), ('email', 'Thư điện tử'), ('sms', 'Tin nhắn SMS'), ('push', 'Thông báo trên thiết bị')], max_length=8)),
                ('is_enabled', models.BooleanField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'kind', 'channel'), name='notifications_preference_once')],
            },
        ),
        migrations.CreateModel(
            name='PushSubscription',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('endpoint', models.CharField(blank=True, max_length=1000)),
                ('p256dh', models.CharField(blank=True, max_length=100)),
                ('auth', models.CharField(blank=True, max_length=40)),
                ('device', models.CharField(max_length=80)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['account'], name='notifications_push_account')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('endpoint',), name='notifications_push_once'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), models.Q(('auth', ''), ('endpoint', ''), ('p256dh', '')), _connector='OR'), name='notifications_push_wiped')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('channel', models.CharField(choices=[('app', 'Trong ứng dụng'), ('email', 'Thư điện tử'), ('sms', 'Tin nhắn SMS'), ('push', 'Thông báo trên thiết bị')], max_length=8)),
                ('address', models.CharField(max_length=254)),
                ('state', models.CharField(choices=[('queued', 'Chờ gửi'), ('held', 'Hoãn gửi'), ('sent', 'Đã gửi'), ('delivered', 'Đã nhận'), ('failed', 'Không gửi được'), ('expired', 'Quá hạn gửi')], default='queued', max_length=10)),
                ('provider', models.CharField(blank=True, max_length=40)),
                ('parts', models.PositiveSmallIntegerField(default=0)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('error', models.TextField(blank=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('changed_at', models.DateTimeField()),
                ('notification', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='notifications.notification')),
                ('challenge', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.phonechallenge')),
                ('subscription', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.pushsubscription')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['sent', 'delivered']), _negated=True), fields=['state', 'id'], name='notifications_open'), models.Index(condition=models.Q(('state', 'held')), fields=['due_at'], name='notifications_held')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('subscription__isnull', True)), fields=('notification', 'channel'), name='notifications_delivery_once'), models.UniqueConstraint(condition=models.Q(('subscription__isnull', False)), fields=('notification', 'subscription'), name='notifications_delivery_once_a_device'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'held'), _negated=True), ('due_at__isnull', False), _connector='OR'), name='notifications_held_until_when')],
            },
        ),
        migrations.CreateModel(
            name='SmsPart',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('provider', models.CharField(max_length=40)),
                ('message_id', models.CharField(max_length=65)),
                ('number', models.PositiveSmallIntegerField(default=0)),
                ('state', models.CharField(choices=[('sent', 'Sent'), ('expired', 'Expired'), ('failed', 'Failed'), ('delivered', 'Delivered')], default='sent', max_length=10)),
                ('changed_at', models.DateTimeField()),
                ('delivery', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sms_parts', to='notifications.delivery')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'sent')), fields=['provider', 'changed_at'], name='notifications_part_open')],
                'constraints': [models.UniqueConstraint(fields=('provider', 'message_id'), name='notifications_part_id'), models.UniqueConstraint(condition=models.Q(('delivery__isnull', False)), fields=('delivery', 'provider', 'number'), name='notifications_part_once')],
            },
        ),
        migrations.CreateModel(
            name='SmsUsage',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('parts', models.PositiveIntegerField(default=0)),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('day', 'account'), name='notifications_usage_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='ContactHours',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('is_quiet', models.BooleanField()),
                ('quiet_from', models.TimeField()),
                ('quiet_to', models.TimeField()),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('is_quiet', False), models.Q(('quiet_from', models.F('quiet_to')), _negated=True), _connector='OR'), name='notifications_hours_differ')],
            },
        ),
    ]
