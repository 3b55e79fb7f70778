CREATE TABLE teams (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO teams VALUES (1, 'Front'), (2, 'Back'), (3, 'Night');

CREATE TABLE agents (id INTEGER PRIMARY KEY, name TEXT NOT NULL, team_id INTEGER NOT NULL REFERENCES teams(id), on_leave TEXT NOT NULL);
INSERT INTO agents VALUES (1, 'Tina', 1, 'N'), (2, 'Uwe', 1, 'Y'), (3, 'Vera', 2, 'N');

CREATE TABLE tickets (id INTEGER PRIMARY KEY, subject TEXT NOT NULL, priority TEXT, opened_by INTEGER NOT NULL REFERENCES agents(id),
  assigned_to INTEGER REFERENCES agents(id), created_at INTEGER NOT NULL, due_on TEXT, closed_at INTEGER, effort TEXT);
INSERT INTO tickets VALUES
  (1, 'No mail', 'high', 1, 2, 1704448800, '2024-01-06', 1704535200, '$10.00'),
  (2, '50% off?', 'low', 1, 3, 1704708000, '2024-01-10', 1705312800, '$1,250.50'),
  (3, 'Old_PC', 'high', 2, NULL, 1706779800, NULL, NULL, 'n/a'),
  (4, 'Line
break', NULL, 3, 3, 1709251200, '2024-03-05', NULL, NULL);

CREATE TABLE tags (id INTEGER PRIMARY KEY, label TEXT NOT NULL);
INSERT INTO tags VALUES (1, 'mail'), (2, 'urgent'), (3, 'idle');

CREATE TABLE ticket_tags (ticket_id INTEGER NOT NULL REFERENCES tickets(id), tag_id INTEGER NOT NULL REFERENCES tags(id), PRIMARY KEY (ticket_id, tag_id));
INSERT INTO ticket_tags VALUES (1, 1), (1, 2), (2, 1), (3, 2);

CREATE TABLE "work log" ("log id" INTEGER PRIMARY KEY, "ticket id" INTEGER NOT NULL REFERENCES tickets(id), "agent id" INTEGER NOT NULL REFERENCES agents(id),
  minutes INTEGER NOT NULL, "order" TEXT, logged TEXT NOT NULL);
INSERT INTO "work log" VALUES (1, 1, 2, 30, 'a', '2024-01-05T10:30:00Z'), (2, 1, 2, 15, 'b', '2024-01-05T23:10:00Z'), (3, 2, 3, 60, NULL, '2024-01-15T08:00:00Z'), (4, 4, 3, 5, 'a', '2024-03-01T00:00:00Z');
