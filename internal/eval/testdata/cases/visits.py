import datetime as dt
import sqlite3
import sys
import time

c = sqlite3.connect(sys.argv[1])
c.execute("create table visits(day text, at real, moment text)")
c.execute("insert into visits values(?,?,?)", (str(dt.date.today() - dt.timedelta(days=1)), time.time(), str(dt.datetime.utcnow())))
c.commit()
