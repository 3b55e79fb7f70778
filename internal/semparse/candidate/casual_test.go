package candidate_test

import (
	"testing"

	"github.com/querent/querent/internal/schema"
)

// bakery is a small schema with amounts of money: customers order, a kind of
// goods each time, and pay.
func bakery() *schema.Schema {
	key := func(name string) schema.Column {
		return schema.Column{Name: name, Type: schema.Integer, PrimaryKey: true, Unique: true, NotNull: true}
	}
	refers := func(name string) schema.Column {
		return schema.Column{Name: name, Type: schema.Integer, NotNull: true, Distinct: 40}
	}
	few := func(name string, values ...string) schema.Column {
		return schema.Column{Name: name, Type: schema.Text, NotNull: true, Distinct: int64(len(values)), Complete: true, Values: values}
	}
	names := func(name string, values ...string) schema.Column {
		c := few(name, values...)
		c.Unique = true
		return c
	}
	date := func(name string) schema.Column {
		return schema.Column{Name: name, Type: schema.Date, Format: schema.ISODay, NotNull: true, Distinct: 300, Min: "2022-01-02", Max: "2025-06-29"}
	}
	money := schema.Column{Name: "amount", Type: schema.Real, NotNull: true, Distinct: 900}
	s := &schema.Schema{Tables: []schema.Table{
		{Name: "customers", PrimaryKey: []string{"customer_id"}, RowCount: 200, Columns: []schema.Column{
			key("customer_id"), names("full_name", "Ada Brook", "Bela Quist"), few("city", "Oslo", "Turin", "Graz"), date("joined_on")}},
		{Name: "goods_types", PrimaryKey: []string{"goods_type_id"}, RowCount: 4, Columns: []schema.Column{
			key("goods_type_id"), names("type_name", "Bread", "Cake", "Pie", "Roll")}},
		{Name: "orders", PrimaryKey: []string{"order_id"}, RowCount: 2000, Columns: []schema.Column{
			key("order_id"), refers("customer_id"), refers("goods_type_id"), few("channel", "Shop", "Phone", "Web"), date("ordered_on"), money}},
		{Name: "payments", PrimaryKey: []string{"payment_id"}, RowCount: 2500, Columns: []schema.Column{
			key("payment_id"), refers("order_id"), few("method", "Card", "Cash", "Transfer"), date("paid_on"), money}},
	}, ForeignKeys: []schema.ForeignKey{
		{Table: "orders", Columns: []string{"customer_id"}, RefTable: "customers", RefColumns: []string{"customer_id"}},
		{Table: "orders", Columns: []string{"goods_type_id"}, RefTable: "goods_types", RefColumns: []string{"goods_type_id"}},
		{Table: "payments", Columns: []string{"order_id"}, RefTable: "orders", RefColumns: []string{"order_id"}},
	}}
	s.Seal()
	return s
}

func TestAskedPerson(t *testing.T) {
	testReadings(t, []reading{
		{"who with a number of rows", "who has over seven jobs", `SELECT m.full_name AS Mechanic, COUNT(*) AS "Number of jobs" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name HAVING COUNT(*) > 7 ORDER BY Mechanic, m.mechanic_id`},
		{"a number of times", "which mechanics got a job more than four times", `SELECT m.full_name AS Mechanic, COUNT(*) AS "Number of jobs" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name HAVING COUNT(*) > 4 ORDER BY Mechanic, m.mechanic_id`},
		{"the number for each", "which mechanics did the jobs of 2024, with the number for each", `SELECT m.full_name AS Mechanic, COUNT(*) AS "Number of jobs" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id WHERE j.opened_on BETWEEN '2024-01-01' AND '2024-12-31' GROUP BY m.mechanic_id, m.full_name ORDER BY Mechanic, m.mechanic_id`},
		{"which after a count", "how many jobs went to which mechanic", `SELECT m.full_name AS Mechanic, COUNT(*) AS "Number of jobs" FROM jobs j JOIN mechanics m ON m.mechanic_id = j.mechanic_id GROUP BY m.mechanic_id, m.full_name ORDER BY Mechanic, m.mechanic_id`},
	})
}

func TestAskedAmount(t *testing.T) {
	testReadingsOf(t, bakery(), []reading{
		{"what came in", "what came in last year in payments", `SELECT SUM(amount) AS "Total amount" FROM payments WHERE paid_on BETWEEN '2024-01-01' AND '2024-12-31'`},
		{"what they pay on average", "what do people pay for an order on average", `SELECT AVG(amount) AS "Average amount" FROM orders`},
		{"how much by examples of values", "how much was paid by card, cash and the rest", `SELECT method, SUM(amount) AS "Total amount" FROM payments GROUP BY method ORDER BY method`},
		{"the most anyone paid", "what's the most anyone has paid for an order", `SELECT MAX(amount) AS "Highest amount" FROM orders`},

		{"numbers in words", "orders over a hundred grand", `SELECT order_id, amount, ordered_on FROM orders WHERE amount > 100000 ORDER BY order_id`},
		{"where names a place", "where do most of our customers live", `SELECT city, COUNT(*) AS "Number of customers" FROM customers GROUP BY city ORDER BY "Number of customers" DESC, city LIMIT 1`},
		{"where with the place named", "where do most of our customers come from, three biggest cities", `SELECT city, COUNT(*) AS "Number of customers" FROM customers GROUP BY city ORDER BY "Number of customers" DESC, city LIMIT 3`},
		{"a choice of all values is a breakdown", "how many orders come by shop, phone or web", `SELECT channel, COUNT(*) AS "Number of orders" FROM orders GROUP BY channel ORDER BY channel`},
		{"who is listed", "who paid by card in 2024", `SELECT full_name, joined_on FROM customers WHERE customer_id IN ( SELECT o.customer_id FROM orders o JOIN payments p ON p.order_id = o.order_id WHERE p.method = 'Card' AND p.paid_on BETWEEN '2024-01-01' AND '2024-12-31' ) ORDER BY full_name`},
		{"going by groups nothing", "how many orders did we get in 2024, going by the order date", `SELECT COUNT(*) AS "Number of orders" FROM orders WHERE ordered_on BETWEEN '2024-01-01' AND '2024-12-31'`},
		{"kinds of a thing", "how many orders of each kind of goods", `SELECT gt.type_name AS "Goods type", COUNT(*) AS "Number of orders" FROM orders o JOIN goods_types gt ON gt.goods_type_id = o.goods_type_id GROUP BY gt.goods_type_id, gt.type_name ORDER BY "Goods type", gt.goods_type_id`},
		{"kinds of rows", "what kinds of order did we get in 2024", `SELECT DISTINCT gt.type_name AS "Goods type type name" FROM orders o JOIN goods_types gt ON gt.goods_type_id = o.goods_type_id WHERE o.ordered_on BETWEEN '2024-01-01' AND '2024-12-31' ORDER BY "Goods type type name"`},
	})
}

func TestCountAsCountsNothing(t *testing.T) {
	testReadings(t, []reading{
		{"a list", "which customers in Oslo count as dealers", `SELECT full_name, joined_on FROM customers WHERE city = 'Oslo' AND customer_type = 'Dealer' ORDER BY full_name`},
	})
}

func TestJoiningWordsSayNothing(t *testing.T) {
	testReadings(t, []reading{
		{"but", "customers with cars but no complaints", `SELECT full_name, joined_on FROM customers WHERE customer_id IN (SELECT customer_id FROM cars) AND customer_id NOT IN ( SELECT c.customer_id FROM cars c JOIN jobs j ON j.car_id = c.car_id JOIN complaints c2 ON c2.job_id = j.job_id ) ORDER BY full_name`},
		{"plus sign", "petrol + diesel cars", `SELECT plate, fuel, mileage_km FROM cars WHERE fuel IN ('Petrol', 'Diesel') ORDER BY plate`},
	})
}
