package demo

// What the generated target is made of. All of it is invented.

var accountList = []struct {
	code, name, kind string
	typical          float64
}{
	{"1000", "Cash", "asset", 2400}, {"1200", "Accounts Receivable", "asset", 3100}, {"1500", "Equipment", "asset", 5200},
	{"2000", "Accounts Payable", "liability", 2800}, {"2100", "Accrued Wages", "liability", 4100}, {"3000", "Retained Earnings", "equity", 6000},
	{"4000", "Product Sales", "revenue", 3600}, {"4100", "Service Income", "revenue", 1900}, {"5000", "Cost of Goods Sold", "expense", 2700},
	{"6000", "Payroll", "expense", 8200}, {"6100", "Rent", "expense", 4800}, {"6200", "Travel Expenses", "expense", 1700},
	{"6300", "Office Supplies", "expense", 320}, {"6400", "Marketing", "expense", 2600}, {"6500", "Software Licences", "expense", 980},
	{"6600", "Utilities", "expense", 610}, {"6700", "Insurance", "expense", 1500}, {"6800", "Training", "expense", 740},
}

var departmentList = []struct{ name, city string }{
	{"Executive", "London"}, {"Legal", "London"}, {"Human Resources", "Dublin"}, {"Finance", "London"}, {"Marketing", "Paris"},
	{"Research", "Berlin"}, {"Customer Support", "Dublin"}, {"Operations", "Rotterdam"}, {"Engineering", "Berlin"}, {"Sales", "Paris"},
}

var places = []struct{ city, country string }{
	{"London", "United Kingdom"}, {"Manchester", "United Kingdom"}, {"Paris", "France"}, {"Lyon", "France"}, {"Berlin", "Germany"},
	{"Hamburg", "Germany"}, {"Munich", "Germany"}, {"Madrid", "Spain"}, {"Seville", "Spain"}, {"Rome", "Italy"}, {"Turin", "Italy"},
	{"Lisbon", "Portugal"}, {"Dublin", "Ireland"}, {"Amsterdam", "Netherlands"}, {"Ghent", "Belgium"}, {"Vienna", "Austria"},
	{"Zurich", "Switzerland"}, {"Stockholm", "Sweden"}, {"Oslo", "Norway"}, {"Warsaw", "Poland"}, {"Boston", "United States"},
	{"Chicago", "United States"}, {"Seattle", "United States"}, {"Toronto", "Canada"}, {"São Paulo", "Brazil"}, {"Recife", "Brazil"},
	{"Tokyo", "Japan"}, {"Sydney", "Australia"},
}

var (
	segments      = []string{"Consumer", "Small Business", "Corporate", "Public Sector"}
	orderStatuses = []string{"completed", "completed", "completed", "completed", "completed", "shipped", "shipped", "pending", "cancelled", "returned"}
	jobTitles     = []string{"Analyst", "Specialist", "Senior Specialist", "Coordinator", "Engineer", "Senior Engineer", "Consultant", "Assistant", "Team Lead"}

	productCategories = []string{"Furniture", "Lighting", "Kitchen", "Garden", "Textiles", "Storage"}
	productAdjectives = []string{"Oak", "Linen", "Copper", "Slate", "Walnut", "Ceramic", "Wool", "Bamboo", "Steel", "Glass", "Cedar", "Marble", "Cotton", "Brass", "Birch", "Rattan"}
	productNouns      = []string{"Table", "Lamp", "Chair", "Shelf", "Bowl", "Planter", "Basket", "Mirror", "Bench", "Tray"}

	firstNames = []string{"Alice", "Amara", "Anton", "Beatriz", "Bruno", "Carmen", "Chloe", "Daniel", "Diego", "Elena", "Emil", "Fatima", "Felix", "Grace", "Hana", "Hugo", "Ines", "Ivan", "Jasmine", "Jonas", "Karim", "Kate", "Lars", "Leila", "Lucas", "Maria", "Marta", "Mei", "Nadia", "Nils", "Olga", "Omar", "Paula", "Pavel", "Rosa", "Samuel", "Sofia", "Tariq", "Tomas", "Ursula", "Victor", "Wanda", "Yuki", "Zoe"}
	lastNames  = []string{"Abbott", "Almeida", "Andersson", "Bauer", "Becker", "Bianchi", "Carvalho", "Costa", "Dubois", "Eriksen", "Fischer", "Fontaine", "Garcia", "Haas", "Hughes", "Ibrahim", "Jansen", "Kaya", "Keller", "Kowalski", "Lambert", "Larsen", "Lopez", "Martin", "Meyer", "Moreau", "Murphy", "Nakamura", "Novak", "Okafor", "Olsen", "Pereira", "Quinn", "Ricci", "Romero", "Sato", "Schmidt", "Silva", "Tanaka", "Torres", "Urban", "Vogel", "Walsh", "Weber", "Young", "Zhang"}
)
