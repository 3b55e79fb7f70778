package link

// Known reports whether some phrase that token i stands in means something in
// this database, whether or not a reading takes it so.
func (q *Question) Known(i int) bool {
	for from := max(0, i-longestPhrase+1); from <= i; from++ {
		for n := i - from; n < len(q.spans[from]); n++ {
			if len(q.spans[from][n]) > 0 {
				return true
			}
		}
	}
	return false
}
