CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT, town TEXT);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer(id), placed_on TEXT, paid_on TEXT, total REAL);
INSERT INTO customer VALUES (1, 'Ada', 'Mere'), (2, 'Ben', 'Mere'), (3, 'Cleo', 'Holt');
INSERT INTO orders VALUES (1, 1, '2025-05-03', '2025-06-01', 10.5), (2, 1, '2025-06-03', '2025-06-09', 20),
	(3, 2, '2025-06-30', NULL, 30), (4, 3, '2024-06-30', '2024-07-01', 5);
