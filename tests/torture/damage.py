"""Ways in which a database can be bad, and files that belong to it."""
import os

import database


def write_over(storage, table):
    """The beginning of a table's first page."""
    place = database.first_page(storage, table)
    with open(storage, "r+b") as file:
        file.seek(place)
        file.write(b"\xff" * 200)


def replace_by_foreign(storage):
    storage.unlink()
    database.change(storage, "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT)",
                    "INSERT INTO customers VALUES (1, 'Smith')")


# What is done to a database, and a part of the sentence that is said of it.
DATABASES = {
    "text": (lambda storage: storage.write_text("model: mlp\ndata: digits\n" * 100), "is not an SQLite database"),
    "header": (lambda storage: os.truncate(storage, 60), "is damaged"),
    "half": (lambda storage: os.truncate(storage, storage.stat().st_size // 2), "is damaged"),
    "torn_page": (lambda storage: os.truncate(storage, storage.stat().st_size // 2 + 100), "is damaged"),
    "trials": (lambda storage: write_over(storage, "trials"), "is damaged"),
    "moves": (lambda storage: write_over(storage, "pegbox_moves"), "is damaged"),
    "foreign": (replace_by_foreign, "none of pegbox or Optuna"),
    "newer_optuna": (lambda storage: database.change(storage, "UPDATE alembic_version SET version_num = 'v9.9.9.a'"),
                     "is newer than"),
    "older_optuna": (lambda storage: database.change(storage, "UPDATE alembic_version SET version_num = 'v3.0.0.d'"),
                     "upgrade it with"),
    "newer_pegbox": (lambda storage: database.change(storage, "UPDATE pegbox_version SET version = 99"),
                     "written by a newer pegbox"),
}


def halve(file):
    os.truncate(file, file.stat().st_size // 2)


def flip_a_bit(file):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


CHECKPOINTS = {"halved": halve, "flipped": flip_a_bit, "removed": os.unlink}
