package bind

import "testing"

func TestItems(t *testing.T) {
	r, _ := newTestRegistry(t)
	r.AddFunc(Func{
		Name: "mix", Returns: "values",
		Params: []Param{{Name: "items", Type: ListOf(Number), Named: true, Items: true}, {Name: "name", Type: String, Named: true}},
		Call:   func(c *Call) (any, error) { return Values{c.String("name"), len(c.List("items"))}, nil },
	})
	for _, test := range []struct{ source, want string }{
		{"return mix{1, 2, name = 'a'}", "a 2"},
		{"return mix{items = {1}, name = 'a'}", "a 1"},
		{"return mix{name = 'a'}", "a 0"},
		{"local t = {1, name = 'a'} mix(t) return #t, t.name", "1 a"},
		{"mix{1, {}}", "! t:1: mix: items[2]: expected a number, got a table"},
		{"mix{1, nmae = 'a'}", "! t:1: mix: unknown option 'nmae', did you mean 'name'?"},
		{"mix{1, items = {2}}", "! t:1: mix: items is given twice"},
		{"mix{[-1] = 2}", "! t:1: mix: options need names, as in mix({items=, name=}); got a value without one: number 2"},
	} {
		if got := eval(t, r, test.source); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.source, got, test.want)
		}
	}
}
