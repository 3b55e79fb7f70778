CREATE TABLE regions (region_id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO regions VALUES (1, 'North'), (2, 'South'), (3, 'West');

CREATE TABLE addresses (address_id INTEGER PRIMARY KEY, city TEXT, country TEXT NOT NULL, region_id INTEGER REFERENCES regions(region_id));
INSERT INTO addresses VALUES (1, 'Oslo', 'NO', 1), (2, 'Rome', 'IT', 2), (3, 'Bergen', 'NO', 1), (4, NULL, 'FR', NULL);

CREATE TABLE employees (employee_id INTEGER PRIMARY KEY, first_name TEXT NOT NULL, last_name TEXT NOT NULL, birth_date TEXT, salary INTEGER,
  manager_id INTEGER REFERENCES employees(employee_id));
INSERT INTO employees VALUES (1, 'Ann', 'Berg', '1970-05-31', 9000, NULL), (2, 'Bo', 'Dahl', '1985-12-01', 6000, 1), (3, 'Cy', 'Eek', '1990-06-30', 5000, 1),
  (4, 'Di', 'Fox', NULL, NULL, 2);

CREATE TABLE customers (customer_id INTEGER PRIMARY KEY, name TEXT NOT NULL, segment TEXT, signup_date TEXT, is_active INTEGER NOT NULL,
  referred_by INTEGER REFERENCES customers(customer_id));
INSERT INTO customers VALUES (1, 'Acme', 'trade', '2023-01-10', 1, NULL), (2, 'Bolt', 'retail', '2023-03-05', 1, 1), (3, 'Cord', 'retail', '2024-02-01', 0, 1),
  (4, 'Dune', NULL, NULL, 1, NULL);

CREATE TABLE products (product_id INTEGER PRIMARY KEY, name TEXT NOT NULL, category TEXT NOT NULL, list_price REAL NOT NULL, weight TEXT);
INSERT INTO products VALUES (1, 'Anvil', 'tools', 50, '1,200.5 kg'), (2, 'Brush', 'paint', 5, '0.5 kg'), (3, 'Chain', 'tools', 20, NULL), (4, 'Dowel', 'wood', 1, '0.1 kg');

CREATE TABLE orders (order_id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers(customer_id),
  billing_address_id INTEGER NOT NULL REFERENCES addresses(address_id), shipping_address_id INTEGER REFERENCES addresses(address_id),
  employee_id INTEGER REFERENCES employees(employee_id), status TEXT NOT NULL, order_date TEXT NOT NULL, shipped_at TEXT, total_cents INTEGER NOT NULL);
INSERT INTO orders VALUES
  (1, 1, 1, 1, 2, 'paid', '2024-01-05', '2024-01-06 10:00:00', 10000),
  (2, 1, 1, 3, 2, 'paid', '2024-01-20', '2024-01-25 09:30:00', 5000),
  (3, 2, 2, 2, 3, 'cancelled', '2024-02-11', NULL, 7000),
  (4, 2, 2, NULL, 3, 'paid', '2024-04-02', '2024-04-02 18:00:00', 2000),
  (5, 3, 3, 3, NULL, 'open', '2023-12-30', NULL, 1000),
  (6, NULL, 4, 4, 4, 'open', '2024-04-15', NULL, 500);

CREATE TABLE order_items (order_id INTEGER NOT NULL REFERENCES orders(order_id), line_no INTEGER NOT NULL, product_id INTEGER NOT NULL REFERENCES products(product_id),
  quantity INTEGER NOT NULL, unit_price REAL NOT NULL, PRIMARY KEY (order_id, line_no));
INSERT INTO order_items VALUES (1, 1, 1, 1, 50), (1, 2, 2, 10, 5), (2, 1, 2, 10, 5), (3, 1, 1, 1, 50), (3, 2, 3, 1, 20), (4, 1, 3, 1, 20), (5, 1, 2, 2, 5), (6, 1, 2, 1, 5);

CREATE TABLE payments (payment_id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders(order_id), paid_on INTEGER, amount REAL NOT NULL, method TEXT);
INSERT INTO payments VALUES (1, 1, 20240107, 60, 'card'), (2, 1, 20240207, 40, 'card'), (3, 2, 20240126, 50, 'bank'), (4, 4, 20240403, 20, '');

CREATE TABLE returns (return_id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES orders(order_id), returned_on TEXT NOT NULL, refund REAL NOT NULL);
INSERT INTO returns VALUES (1, 1, '12/02/2024', 30), (2, 1, '20/02/2024', 10), (3, 4, '05/05/2024', 20);
