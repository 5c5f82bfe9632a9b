"""Lines of the journal cannot be changed or removed, by whoever reaches the database through this product."""

from django.db import migrations

TABLE = "journal_entry"
SAYS = "the journal is only ever added to"


def close(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "sqlite":
            for act in ("UPDATE", "DELETE"):
                cursor.execute(
                    f"CREATE TRIGGER journal_no_{act.lower()} BEFORE {act} ON {TABLE} "
                    f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
                )
        else:
            cursor.execute(
                "CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
            cursor.execute(
                f"CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
                "FOR EACH ROW EXECUTE FUNCTION journal_refuse()"
            )
            cursor.execute(
                f"CREATE TRIGGER journal_no_emptying BEFORE TRUNCATE ON {TABLE} "
                "FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()"
            )


def open_again(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER journal_no_update")
            cursor.execute("DROP TRIGGER journal_no_delete")
        else:
            cursor.execute(f"DROP TRIGGER journal_no_change ON {TABLE}")
            cursor.execute(f"DROP TRIGGER journal_no_emptying ON {TABLE}")
            cursor.execute("DROP FUNCTION journal_refuse()")


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunPython(close, open_again)]
