package sqlite

import "testing"

func TestSignatureOf(t *testing.T) {
	for text, want := range map[string]signature{
		"SELECT 1":                            {0, false},
		"SELECT 1;":                           {0, false},
		"SELECT 1; -- the end?\n /* ; ? */ ;": {0, false},
		"SELECT ?, ?":                         {2, false},
		"SELECT ?2, ?":                        {3, false},
		"SELECT ?3, ?1":                       {3, false},
		"SELECT :a, @b, $c, :a":               {3, false},
		"SELECT '?; it''s ?', \"?;\", `?`, [?;], ?": {1, false},
		"SELECT a$b, größe?1 FROM t":                {1, false},
		"INSERT INTO t VALUES (?); SELECT 1":        {1, true},
		"SELECT '?":                                 {0, false},
		"SELECT /* ?":                               {0, false},
		"SELECT a ->> '$.x', b::c":                  {1, false},
		"":                                          {0, false},
	} {
		if got := signatureOf(text); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}
