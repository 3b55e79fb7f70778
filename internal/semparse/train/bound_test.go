package train

import "testing"

func TestBoundStopsWhereASetFails(t *testing.T) {
	var all []judged
	for i := range 100 {
		all = append(all, judged{set: "a", p: 0.97, right: i > 0}, judged{set: "a", p: 0.97, right: true}, judged{set: "b", p: 0.96, right: i%10 > 0})
	}
	if b := bound(all); b <= 0.96 || b > 0.97 {
		t.Errorf("bound %v: set b fails at 0.96, a holds at 0.97", b)
	}
	if b := bound([]judged{{"traps", 0.9, false, true}}); b <= 0.9 {
		t.Errorf("bound %v compiles what can't be answered", b)
	}
}
