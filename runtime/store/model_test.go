package store

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestAgainstAMap does the same to a store and to a map. Keys are of few bytes, some of them the largest, to meet at the borders of
// prefixes.
func TestAgainstAMap(t *testing.T) {
	db := newDB(t, nil)
	key := rapid.Custom(func(t *rapid.T) string {
		return string(rapid.SliceOfN(rapid.SampledFrom([]byte{0, 'a', 'b', 0xfe, 0xff}), 1, 4).Draw(t, "key"))
	})
	prefix := rapid.Custom(func(t *rapid.T) string { return key.Draw(t, "prefix")[1:] })
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		model := map[string]string{}
		check := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		_, err := db.Clear(ctx, "n", "")
		check(err)
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				k := key.Draw(t, "key")
				model[k] = `"` + strings.Repeat("x", rapid.IntRange(0, 100).Draw(t, "size")) + `"`
				check(db.Set(ctx, Entry{Namespace: "n", Key: k, Value: model[k]}))
			},
			"delete": func(t *rapid.T) {
				k := key.Draw(t, "key")
				existed, err := db.Delete(ctx, "n", k)
				check(err)
				if existed != (model[k] != "") {
					t.Fatalf("deleted %q: %v", k, existed)
				}
				delete(model, k)
			},
			"clear": func(t *rapid.T) {
				p := prefix.Draw(t, "prefix")
				n, err := db.Clear(ctx, "n", p)
				check(err)
				before := len(model)
				maps.DeleteFunc(model, func(k, _ string) bool { return strings.HasPrefix(k, p) })
				if n != before-len(model) {
					t.Fatalf("cleared %d of %q, want %d", n, p, before-len(model))
				}
			},
			"": func(t *rapid.T) {
				p := prefix.Draw(t, "prefix")
				want := slices.DeleteFunc(slices.Sorted(maps.Keys(model)), func(k string) bool { return !strings.HasPrefix(k, p) })
				keys, err := db.Keys(ctx, "n", p)
				check(err)
				n, err := db.Count(ctx, "n", p)
				check(err)
				if !slices.Equal(keys, want) || n != len(want) {
					t.Fatalf("the prefix %q has %d: %q, want %q", p, n, keys, want)
				}
				for _, k := range want {
					entry, err := db.Get(ctx, "n", k)
					check(err)
					if entry.Value != model[k] {
						t.Fatalf("%q has %s, want %s", k, entry.Value, model[k])
					}
				}
			},
		})
	})
}

// TestPages walks over large values in small pages and small ones in pages of a hundred.
func TestPages(t *testing.T) {
	db := newDB(t, nil)
	large := `"` + strings.Repeat("x", 100<<10) + `"`
	for i := range 250 {
		v := "1"
		if i < 10 {
			v = large
		}
		set(t, db, "n", string([]byte{'k', byte(i)}), v)
	}
	var sizes []int
	for last := ""; ; {
		page, err := db.Page(t.Context(), "n", "k", last)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		sizes = append(sizes, len(page))
		last = page[len(page)-1].Key
	}
	if want := []int{3, 3, 3, 100, 100, 41}; !slices.Equal(sizes, want) {
		t.Errorf("the pages have %v entries, want %v", sizes, want)
	}
}

// FuzzLoad loads anything, dumps what came of it, and loads that again: both must be the same.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		`{"ns":"a","key":"b","value":[1,{"$bytes":"/w=="}],"expires":32503680000.5}`,
		`{"ns":{"$bytes":"/w=="},"key":{"$bytes":"/w=="},"value":{"$$x":null,"$bytes:/w==":-1e5}}`,
		"\n\n{}", `{"ns":"a"`, `{"ns":"a","key":"b","value":1}{}`, `{"ns":"a","key":"b","value":{"$x":1}}`,
		`{"ns":"a","key":"b","value":1,"expires":1e300}`, `{"ns":"a","key":"b","value":1e999}`, "{\"ns\":\"a\",\"key\":\"\xff\",\"value\":1}",
	} {
		f.Add([]byte(seed))
	}
	db := newDB(f, nil)
	dump := func(t *testing.T) string {
		var out bytes.Buffer
		if _, err := db.Dump(t.Context(), &out, ""); err != nil {
			t.Fatal(err)
		}
		for _, ns := range list(t, db) {
			if _, err := db.Clear(t.Context(), ns, ""); err != nil {
				t.Fatal(err)
			}
		}
		return out.String()
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := db.Load(t.Context(), bytes.NewReader(data))
		first := dump(t)
		if err != nil && (n != 0 || first != "") {
			t.Fatalf("%v, and loaded %d: %s", err, n, first)
		}
		if _, err := db.Load(t.Context(), strings.NewReader(first)); err != nil {
			t.Fatalf("%v in %s", err, first)
		}
		if second := dump(t); second != first {
			t.Fatalf("%s became %s", first, second)
		}
	})
}

func list(t *testing.T, db *DB) (names []string) {
	namespaces, err := db.Namespaces(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range namespaces {
		names = append(names, n.Name)
	}
	return names
}
