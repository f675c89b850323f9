package modules

import (
	"slices"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"

	"cordial/internal/strftime"
	"cordial/runtime"
)

// FuzzTimeFormat writes a time by any format. What can be read of it is written in the same way again, unless the format has directives
// that leave something out, or whose width varies.
func FuzzTimeFormat(f *testing.F) {
	for _, format := range []string{"%F %T", "%d. %B %Y, %I:%M:%S %p %z", "%s", "%Y%j%H%M%S%:z", "%c", "%", "%%%n%t %L", "%e.%m.%y", "%G-W%V-%u", "%Y %Z%p"} {
		f.Add(format, int64(1771232703))
	}
	f.Fuzz(func(t *testing.T, format string, seconds int64) {
		at := time.Unix((seconds%lastSecond+lastSecond)%lastSecond, 0).UTC()
		text, err := strftime.Format(format, at)
		if err != nil {
			return
		}
		read, err := parseTime(format, text, time.UTC)
		pieces, _ := strftime.Pieces(format)
		vague := func(p strftime.Piece) bool {
			return strings.ContainsRune("aAIyuwGVLfse", rune(p.Letter)) && p.Letter != 0
		}
		if err != nil || slices.ContainsFunc(pieces, vague) {
			return
		}
		if again, err := strftime.Format(format, read.UTC()); err != nil || again != text {
			t.Errorf("%q: %v was written as %q, read as %v, and written as %q: %v", format, at, text, read, again, err)
		}
	})
}

// FuzzTimeISO reads what Go reads as RFC 3339, as the same time.
func FuzzTimeISO(f *testing.F) {
	for _, text := range []string{"2026-02-16", "2026-02-16T09:05:03Z", "2026-02-16T09:05:03.25+01:00", "2026-02-16 09:05", "2024-02-29T23:59:59-12:30", "0000-01-01T00:00:00Z"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		read, err := parseISO(text, time.UTC)
		want, wantErr := time.Parse(time.RFC3339Nano, text)
		if wantErr != nil || want.Year() == 0 {
			return
		}
		if _, fraction, _ := strings.Cut(text, "."); digits(fraction, 10) > 9 {
			return
		}
		if err != nil || !read.Equal(want) {
			t.Errorf("%q: got %v, %v, want %v", text, read, err, want)
		}
	})
}

// FuzzDotenv reads any text: its values can be written in quotes and read again.
func FuzzDotenv(f *testing.F) {
	for _, text := range []string{"A=1\nB = x # y\n", "export A='x\ny'\nB=\"\\n\\\"\"", "# c\n\n A=", "A", "A=\"x", "A='' b", "\uFEFFA=1\r\nB=#\r\n"} {
		f.Add(text)
	}
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", `\r`)
	f.Fuzz(func(t *testing.T, text string) {
		variables, err := parseDotenv(text)
		if err != nil {
			return
		}
		var again strings.Builder
		for _, v := range variables {
			again.WriteString(v.name + `="` + quote.Replace(v.value) + "\"\n")
		}
		read, err := parseDotenv(again.String())
		if err != nil || len(read) != len(variables) {
			t.Fatalf("%q was read, but not %q: %v", text, again.String(), err)
		}
		for i, v := range variables {
			if read[i] != v {
				t.Errorf("%q became %q in %q", v, read[i], again.String())
			}
		}
	})
}

// FuzzReplacement reads any template: it is an error, or has no group that the pattern has not.
func FuzzReplacement(f *testing.F) {
	for _, template := range []string{"$1 ${name} $$", "$", "${", "$9", "${1}x$0", "$name$"} {
		f.Add(template)
	}
	regex, err := compileRegex(`(a)(?P<name>b)?`)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, template string) {
		pieces, err := replacement(template, regex)
		if err == nil {
			expand(pieces, "a", regex.FindStringSubmatchIndex("a"))
		}
	})
}

// fuzzHost is a host that runs a chunk again and again; the chunk finds its input in the global input.
func fuzzHost(f *testing.F, chunk string) (run func(t *testing.T, input string)) {
	host := runtime.New(runtime.Options{Getenv: func(string) (string, bool) { return "", false }})
	f.Cleanup(func() {
		if err := host.Close(); err != nil {
			f.Error(err)
		}
	})
	Install(host, Options{})
	return func(t *testing.T, input string) {
		err := host.Do(t.Context(), "fuzz", func(L *lua.LState) error {
			L.SetGlobal("input", lua.LString(input))
			fn, err := L.LoadString(chunk)
			if err == nil {
				_, err = host.Call(L, fn)
			}
			return err
		})
		if err != nil {
			t.Errorf("%q: %v", input, err)
		}
	}
}

// FuzzCSV reads any text with several options: what is read can be written and read again.
func FuzzCSV(f *testing.F) {
	for _, text := range []string{"a,b\n1,2\n", "\"x\"\"y\",\n", "\uFEFF\"n\";1\r\n", "a\n\nb", "\"", "#c\n,\n", "\"\"\n"} {
		f.Add(text)
	}
	run := fuzzHost(f, `
		for _, options in ipairs{{}, {delimiter = ";", comment = "#"}, {lazy_quotes = true, ragged = true}, {trim = true}, {header = true}} do
			local ok, rows = pcall(csv.decode, input, options)
			if not ok then
				assert(not rows:find("internal"), rows)
			elseif not options.header then
				local again = csv.decode(csv.encode(rows), {ragged = options.ragged})
				assert(#again == #rows)
				for i, row in ipairs(rows) do
					for n, value in ipairs(row) do assert(again[i][n] == value) end
				end
			end
		end`)
	f.Fuzz(run)
}

// FuzzTemplate renders any template: it is an error or a text within the limit.
func FuzzTemplate(f *testing.F) {
	for _, text := range []string{"{{.a}} {{range .l}}{{.}}{{end}}", "{{define \"x\"}}{{template \"x\"}}{{end}}{{template \"x\"}}", "{{index .l 9}}", "{{printf \"%d\" .a}}", "{{block \"b\" .}}{{len .}}{{end}}", "{{slice .s 1 2}}", "{{html .l}}", "{{.l.x.y}}"} {
		f.Add(text)
	}
	run := fuzzHost(f, `
		local ok, text = pcall(template.render, input, {a = 1, s = "text", l = {1, "x", {y = false}}}, {limit = 5000})
		assert(not ok and not text:find("internal") or ok and #text <= 5000, text)`)
	f.Fuzz(run)
}
