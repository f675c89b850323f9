print(re.test([[^\w+$]], "hello"), re.test("(?i)HELLO", "say hello"), re.test("x", "abc"))  --> true	true	false
local m = re.match([[(?P<year>\d{4})-(?P<month>\d\d)(x)?]], "on 2026-02-16")
print(m[0], m[1], m.year, m.month, m[3], re.match("z", "abc"))  --> 2026-02	2026	2026	02	nil	nil
local first, last, m = re.find([[\d+]], "abc 123")
print(first, last, m[0])  --> 5	7	123
print(string.find("abc 123", "%d+"))  --> 5	7
first, last, m = re.find("é(.)", "aéb")
print(first, last, m[0], m[1], ("aéb"):sub(first, last))  --> 2	4	éb	b	éb
first, last, m = re.find("$", "ab")
print(first, last, m[0] == "", re.find("z", "ab"))  --> 3	2	true	nil
---
for _, m in ipairs(re.find_all([[(\w)=(\d)]], "a=1 b=2 c=3", {limit = 2})) do print(m[1], m[2]) end
--> a	1
--> b	2
for m, first, last in re.gmatch([[\w+]], "one two") do print(m[0], first, last) end
--> one	1	3
--> two	5	7
print(#re.find_all("x*", "abc"), #re.find_all("q", "abc"))  --> 4	0
---
print(re.replace([[(\w+)@(\w+)]], "ann@home, bob@work", "$2: $1"))  --> home: ann, work: bob	2
print(re.replace("(?P<n>o)", "foo", "<${n}$n$1${1}x$$$0>", {limit = 1}))  --> f<oooox$o>o	1
---
print(re.replace([[\d+]], "1 22 333", function(m) return #m[0] > 1 and tonumber(m[0]) * 2 end))  --> 1 44 666	3
print(re.gsub("b*", "abc", "-"))  --> -a-c-	3
print(re.replace("a", "banana", function() sleep(1) return "" end))  --> bnn	3
print(table.concat(re.split([[\s*,\s*]], "a , b,c"), "|"), #re.split(",", "a,b,c", {limit = 2}), #re.split(",", ""))  --> a|b|c	2	1
print(re.escape("1+1"), re.test(re.escape("(a|b)"), "(a|b)"))  --> 1\+1	true
---
local date = re.compile([[(\d+)-(\d+)]])
print(date, date.pattern, date.groups, date:match("1-2")[2], date:test("x"), re.test(date, "3-4"), date == re.compile([[(\d+)-(\d+)]]))
--> Regex("(\\d+)-(\\d+)")	(\d+)-(\d+)	2	2	false	true	true
print(date:replace("1-2", "$2-$1"), (date:find("a 1-2")))  --> 2-1	3
for m in date:gmatch("1-2 3-4") do print(m[0]) end
--> 1-2
--> 3-4
---
-- More than the cache holds, and more than is done at one go.
for i = 1, 1000 do assert(re.test("^x" .. i .. "$", "x" .. i)) end
local text = ("word "):rep(50000)
print(#re.find_all([[\w+]], text), select(2, re.replace("w", text, "v")), #re.split(" ", text))  --> 50000	50000	50001
print(re.test("\255", "a\255b"), re.test(".", "\255"))  ### "bad pattern \"\\\\xff\": invalid UTF-8"
---

re.test("(abc", "x")  ### "re.test: pattern: bad pattern \"\\(abc\": missing closing \\): `\\(abc`"
---
re.match("(?=x)", "x")  ### "invalid or unsupported Perl syntax: .*; RE2 has no look-around and no back-references"
---
re.match([[(a)\1]], "aa")  ### "no back-references"
---
re.compile("a{2000}")  ### "RE2 repeats 1000 times at the most"
---
re.replace("a", "b", "$x")  ### "re.replace: the template has \\$x, but the pattern has no such group"
---
re.replace("a", "b", "5 $")  ### "a \\$ in the template stands before no group"
---
re.replace("a", "a", function() return {} end)  ### "the function must return a string, false or nil, not a table"
---
re.replace("a", "a", function() error("mine") end)  ### "mine"
---
re.test(5, "a")  ### "pattern: expected a pattern, got number 5"
---
re.compile("a").test("a")  ### "call it with a colon"
