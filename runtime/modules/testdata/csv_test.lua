-- The module csv, as docs/modules.md and cordial doc csv tell of it.

test("the page's example", function(t)
  local file = fs.temp{suffix = ".csv"}
  fs.write(file, csv.encode({{name = "Ann", age = 31}, {name = "Bob"}}, {header = {"name", "age"}}))
  local seen = {}
  for row, line in csv.rows{path = file, header = true} do seen[#seen + 1] = line .. row.name .. row.age end
  t.eq(seen, {"2Ann31", "3Bob"})
  t.eq(csv.decode("a;b\n1;2\n", {delimiter = ";"})[2][1], "1")
end)

test("parse", function(t)
  t.eq(csv.decode('a,b\n"x, ""y""",2\n'), {{"a", "b"}, {'x, "y"', "2"}})
  t.eq(csv.decode("a,b\r\n1,2"), {{"a", "b"}, {"1", "2"}})
  t.eq(csv.decode('"two\nlines",x'), {{"two\nlines", "x"}})
  t.eq(csv.decode('"two\r\nlines",x'), {{"two\nlines", "x"}})
  t.eq(csv.decode(""), {})
  t.eq(csv.decode("name,age\nAnn,31\n", {header = true}), {{name = "Ann", age = "31"}})
end)

test("the options of parse", function(t)
  t.eq(csv.decode("a\tb", {delimiter = "\t"}), {{"a", "b"}})
  t.eq(csv.decode("# note\na\n", {comment = "#"}), {{"a"}})
  t.eq(csv.decode("a,  b", {trim = true}), {{"a", "b"}})
  t.eq(csv.decode("a,  b"), {{"a", "  b"}})
  t.eq(csv.decode("a\nb,c", {ragged = true}), {{"a"}, {"b", "c"}})
  t.eq(csv.decode("x,y\n1\n", {header = true, ragged = true}), {{x = "1"}})
  t.eq(csv.decode('a "b" c', {lazy_quotes = true}), {{'a "b" c'}})
end)

test("rows walks a text or a file, and can be left", function(t)
  local file = fs.temp()
  fs.write(file, "n,square\n1,1\n2,4\n3,9\n")
  for _, from in ipairs{{path = file, header = true}} do
    local sum = 0
    for row in csv.rows(from) do sum = sum + row.square end
    t.eq(sum, 14)
  end
  local lines = {}
  for row, line in csv.rows('"a\nb"\nc\n\nd') do lines[#lines + 1] = line end
  t.eq(lines, {1, 3, 5})
  for row in csv.rows{path = file} do
    fs.remove(file)
    break
  end
end)

test("encode", function(t)
  t.eq(csv.encode{{"a", 1, true}, {"x, y", 0.5, 'say "hi"'}}, 'a,1,true\n"x, y",0.5,"say ""hi"""\n')
  t.eq(csv.encode({{name = "Ann", age = 31}, {name = "Bob"}}, {header = {"name", "age"}}), "name,age\nAnn,31\nBob,\n")
  t.eq(csv.encode({{"a", "b"}}, {delimiter = ";"}), "a;b\n")
  t.eq(csv.encode{}, "")
  t.eq(csv.encode{{"1469779647867781141", 1469779647}}, "1469779647867781141,1469779647\n")
end)

test("what was encoded is parsed as it was", function(t)
  local rows = {{"", "a"}, {"line\nbreak", 'q"uote'}, {" space ", "tab\t"}, {"ü", "#"}}
  t.eq(csv.decode(csv.encode(rows)), rows)
  t.eq(csv.decode(csv.encode{{""}, {"x"}}), {{""}, {"x"}})
end)

test("errors name the line and the column", function(t)
  t.raises(function() csv.decode('a,b\nc"d,e\n') end, 'csv%.decode: line 2, column 2: a " inside a value')
  t.raises(function() csv.decode('a,b\n"c,d\n') end, "csv%.decode: line 2, column 6: ")
  t.raises(function() csv.decode("a,b\nc\n") end, "csv%.decode: line 2: the row has 1 values, those before have 2; ragged=true takes it")
  t.raises(function() csv.decode("a,a\n", {header = true}) end, 'the header names "a" twice')
  t.raises(function() csv.decode("a", {delimiter = ",,"}) end, "delimiter: expected one character")
  t.raises(function() csv.decode("a", {comment = ","}) end, "delimiter and comment are the same character")
  t.raises(function() csv.rows{header = true} end, "expected a text, or path=, and not both")
  t.raises(function() for _ in csv.rows{path = "none.csv"} do end end, "none%.csv: there is no such file")
  t.raises(function() csv.rows{path = "../x.csv"} end, "lies outside")
  t.raises(function() csv.encode{{name = "Ann"}} end, 'row 1: it has the field "name"; header={…} lists the columns')
  t.raises(function() csv.encode{{{}}} end, "row 1: value 1: expected a string, a number or a boolean, got a table")
  t.raises(function() for _ in csv.rows('a,b\nc"') do end end, "line 2")
end)
