package logical

import "reflect"

func sameExpr(a, b *Expr) bool {
	x, y := *a, *b
	x.Title, y.Title = "", ""
	return reflect.DeepEqual(x, y)
}

func sameMeasure(a, b *Measure) bool {
	x, y := *a, *b
	x.Title, y.Title = "", ""
	x.Hidden, y.Hidden = false, false
	return reflect.DeepEqual(x, y)
}

func samePredicate(a, b *Predicate) bool {
	x, y := *a, *b
	x.Title, y.Title = "", ""
	return reflect.DeepEqual(x, y)
}
