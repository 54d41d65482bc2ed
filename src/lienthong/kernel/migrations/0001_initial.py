"""The audit trail, the outbox, limits, kept results and marks; first of all the extensions every context needs."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import lienthong.kernel.ids
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations, models


NEEDED = ("pg_trgm", "btree_gist")


def check_extensions(apps, schema_editor):
    """Say clearly which PostgreSQL extension the server lacks, before anything is created."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_available_extensions WHERE name = ANY(%s)", [list(NEEDED)])
        available = {name for (name,) in cursor.fetchall()}
    missing = [name for name in NEEDED if name not in available]
    if missing:
        raise RuntimeError(
            f"The PostgreSQL server lacks {', '.join(missing)}, needed for searching texts and for "
            "keeping periods apart. Install the server's contrib package "
            "(Debian: postgresql-contrib) and migrate again."
        )


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.RunPython(check_extensions, migrations.RunPython.noop),
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('key', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('value', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='RateWindow',
            fields=[
                ('key', models.CharField(max_length=200, primary_key=True, serialize=False)),
                ('slot', models.BigIntegerField()),
                ('hits', models.IntegerField()),
                ('previous_hits', models.IntegerField()),
                ('expires_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('action', models.CharField(max_length=80)),
                ('actor_kind', models.CharField(max_length=16)),
                ('actor_id', models.CharField(blank=True, max_length=64)),
                ('subject_type', models.CharField(max_length=80)),
                ('subject_id', models.CharField(max_length=64)),
                ('content', models.TextField()),
            ],
            options={
                'indexes': [models.Index(fields=['subject_type', 'subject_id', 'id'], name='kernel_audit_subject'), models.Index(fields=['actor_id', 'id'], name='kernel_audit_actor'), django.contrib.postgres.indexes.BrinIndex(fields=['at'], name='kernel_audit_at')],
            },
        ),
        migrations.CreateModel(
            name='AuditLink',
            fields=[
                ('sequence', models.BigIntegerField(primary_key=True, serialize=False)),
                ('previous_hash', models.BinaryField(max_length=32)),
                ('hash', models.BinaryField(max_length=32)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='link', to='kernel.auditentry')),
            ],
        ),
        migrations.CreateModel(
            name='IdempotentResult',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('actor_id', models.CharField(max_length=64)),
                ('key', models.CharField(max_length=200)),
                ('fingerprint', models.CharField(blank=True, max_length=64)),
                ('result', models.JSONField(null=True)),
                ('created_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('actor_id', 'key'), name='kernel_idempotent_once')],
            },
        ),
        migrations.CreateModel(
            name='OutboxEvent',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=lienthong.kernel.ids.uuid7, editable=False, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('aggregate_id', models.CharField(max_length=64)),
                ('payload', models.JSONField()),
                ('occurred_at', models.DateTimeField()),
                ('request_id', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'indexes': [models.Index(fields=['aggregate_id', 'id'], name='kernel_outbox_aggregate')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('subscriber', models.CharField(max_length=80)),
                ('aggregate_id', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('applied', 'Applied'), ('dead', 'Dead'), ('parked', 'Parked')], max_length=8)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('error', models.TextField(blank=True)),
                ('changed_at', models.DateTimeField()),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='kernel.outboxevent')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'applied'), _negated=True), fields=['subscriber', 'aggregate_id', 'event'], name='kernel_delivery_stuck')],
                'constraints': [models.UniqueConstraint(fields=('event', 'subscriber'), name='kernel_delivery_once')],
            },
        ),
    ]
