# python3 build.py SCRIPT FILE MOMENT: builds the SQLite database FILE with an
# SQL or a Python script, to which now is MOMENT (ISO, UTC).
import datetime
import os
import runpy
import sqlite3
import sys
import time

script, out, text = sys.argv[1:]
os.environ["TZ"] = "UTC"
time.tzset()
moment = datetime.datetime.fromisoformat(text)
seconds = moment.replace(tzinfo=datetime.timezone.utc).timestamp()


class Date(datetime.date):
    @classmethod
    def today(cls):
        return cls(moment.year, moment.month, moment.day)


class Datetime(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(seconds, tz)

    @classmethod
    def utcnow(cls):
        return cls.fromtimestamp(seconds)

    today = utcnow


if script.endswith(".sql"):
    with open(script, encoding="utf-8") as f:
        sql = f.read().replace("'now'", "'" + text.replace("T", " ") + "'")
    connection = sqlite3.connect(out)
    connection.executescript(sql)
    connection.commit()
    connection.close()
else:
    datetime.date, datetime.datetime = Date, Datetime
    time.time = lambda: seconds
    sys.argv = [script, out]
    runpy.run_path(script, run_name="__main__")
