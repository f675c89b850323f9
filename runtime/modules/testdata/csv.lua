local rows = csv.decode('a,b\n"x, ""y""",2\n')
print(#rows, rows[1][2], rows[2][1], rows[2][2])  --> 2	b	x, "y"	2
---
local rows = csv.decode("name;age\n# nobody\nAnn;31\n", {header = true, delimiter = ";", comment = "#"})
print(#rows, rows[1].name, rows[1].age)  --> 1	Ann	31
print(#csv.decode(""), #csv.decode("a,b\n", {header = true}), #csv.decode("a\n\nb\n"))  --> 0	0	2
print(csv.decode('a\tb "c"\n', {delimiter = "\t", lazy_quotes = true})[1][2], csv.decode("a,  b", {trim = true})[1][2])  --> b "c"	b
print(#csv.decode("a\nb,c\n", {ragged = true})[2], csv.decode("x,y\n1\n", {header = true, ragged = true})[1].y)  --> 2	nil
---
for row, line in csv.rows{path = "people.csv", header = true} do print(line, row.name, row.age) end
--> 2	Ann	31
--> 3	Bob "B"	
for row, line in csv.rows("a,b\n\"c\nd\",e\nf,g") do print(line, row[1]) break end  --> 1	a
---
local lines = {"n,square"}
for i = 1, 5000 do lines[#lines + 1] = i .. "," .. i * i end
fs.write("squares.csv", table.concat(lines, "\n"))
local sum = 0
for row in csv.rows{path = "squares.csv", header = true} do sum = sum + row.square - row.n * row.n + 1 end
print(sum, #csv.decode(fs.read("squares.csv")))  --> 5000	5001
---
io.write(csv.encode({{"a", 1, true}, {"x, y", 1771232703.5, 'say "hi"'}, {nil, "b"}}))
--> a,1,true
--> "x, y",1771232703.5,"say ""hi"""
--> ,b
io.write(csv.encode({{name = "Ann", age = 31}, {name = "Bob"}, {"Cid"}}, {header = {"name", "age"}, delimiter = ";"}))
--> name;age
--> Ann;31
--> Bob;
--> Cid;
---
print(csv.encode({{""}, {}, {"a"}}):gsub("\n", "|"))  --> ""|""|a|	3
---
csv.decode('a,b\nc"d,e\n')  ### "csv.decode: line 2, column 2: a \" inside a value that is not in quotes; lazy_quotes=true takes it"
---
csv.decode('a,b\n"c,d\n')  ### "csv.decode: line 2, column 6: a \" that is not doubled, or not closed, in the value that begins on line 2"
---
csv.decode("a,b\nc\n")  ### "csv.decode: line 2: the row has 1 values, those before have 2; ragged=true takes it"
---
csv.decode("a,a\n", {header = true})  ### "the header names \"a\" twice"
---
csv.decode("a\nb,c\n", {header = true, ragged = true})  ### "line 2: the row has 2 values, the header names 1"
---
csv.decode("a", {delimiter = ",,"})  ### "delimiter: expected one character, got string \",,\""
---
csv.decode("a", {delimiter = "\n"})  ### "expected one character"
---
csv.decode("a", {comment = ","})  ### "delimiter and comment are the same character"
---
csv.rows{header = true}  ### "csv.rows: expected a text, or path=, and not both"
---
for row in csv.rows{path = "none.csv"} do end  ### "csv.rows: none.csv: there is no such file"
---
csv.encode({{name = "Ann"}})  ### "csv.encode: row 1: it has the field \"name\"; header={…} lists the columns"
---
csv.encode({{{}}})  ### "row 1: value 1: expected a string, a number or a boolean, got a table"
