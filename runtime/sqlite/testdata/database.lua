-- Values come back as they went in; NULL is nil, and an id is a string.
local db = sqlite.open("a.db")
print(db)                              --> Database("a.db")
print(db:exec("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, n, flag)"))  --> 0	0
print(db:exec("INSERT INTO t VALUES (?, ?, ?, ?)", "1327046393453613076", "ann", 1.5, true))  --> 1	1327046393453613076
print(db:exec("INSERT INTO t VALUES (?2, ?1, ?3, ?4)", "bob", 2, nil, json.null))             --> 1	2
local rows = db:rows("SELECT * FROM t ORDER BY id")
print(#rows)                                                            --> 2
print(rows[1].id, rows[1].name, rows[1].n, rows[1].flag)                --> 2	bob	nil	nil
print(rows[2].id, type(rows[2].id), rows[2].name, rows[2].n, rows[2].flag)  --> 1327046393453613076	string	ann	1.5	1
print(db:row("SELECT name FROM t WHERE id = ?", "1327046393453613076").name)  --> ann
print(db:row("SELECT name FROM t WHERE id = ?", "5"))                   --> nil
print(db:row("SELECT ? AS a, ? AS b, ? AS c", 0.5, 9007199254740992, "x').y").c)  --> x').y
print(db:exec("UPDATE t SET n = 1"), db:exec("DELETE FROM t WHERE id = 7"))  --> 2	0	2
print(#db:row("SELECT ? AS bytes", "\255\0\254").bytes)                 --> 3
---
-- A loop reads few rows at a time, and may write meanwhile; inside it another loop over the same query goes on.
local db = sqlite.open(":memory:")
db:exec("CREATE TABLE t (n); CREATE TABLE u (n)")
db:transaction(function() for i = 1, 1000 do db:exec("INSERT INTO t VALUES (?)", i) end end)
local sum, pairs_seen = 0, 0
for row in db:each("SELECT n FROM t ORDER BY n") do
  sum = sum + row.n
  db:exec("INSERT INTO u VALUES (?)", row.n)
  if row.n <= 3 then
    for other in db:each("SELECT n FROM t ORDER BY n") do pairs_seen = pairs_seen + 1 end
  end
end
print(sum, pairs_seen, db:row("SELECT sum(n) AS s FROM u").s)  --> 500500	3000	500500
for row in db:each("SELECT n FROM t") do if row.n == 5 then break end end
for row in db:each("SELECT n FROM t WHERE n > 5000") do print(row.n) end
db:close()
db:close()
---
-- A transaction is all or nothing. Its error is the function's.
local db = sqlite.open("a.db")
db:exec("CREATE TABLE t (n UNIQUE)")
print(db:transaction(function() db:exec("INSERT INTO t VALUES (1)") return "a", 2 end))  --> a	2
local ok, err = pcall(function()
  db:transaction(function()
    db:exec("INSERT INTO t VALUES (2)")
    error({code = 5})
  end)
end)
print(ok, err.code, db:row("SELECT count(*) AS n FROM t").n)  --> false	5	1
ok, err = pcall(db.transaction, db, function()
  db:exec("INSERT INTO t VALUES (3)")
  db:exec("INSERT INTO t VALUES (1)")
end)
print(ok, err.kind, err.message)                              --> false	constraint	UNIQUE constraint failed: t.n
print(err)                                                    --> sqlite: UNIQUE constraint failed: t.n
                                                              -->   in INSERT INTO t VALUES (1)
print(db:row("SELECT count(*) AS n FROM t").n)                --> 1
db:transaction(function() db:transaction(print) end)          ### "Database:transaction: a transaction goes on already"
---
-- Other tasks wait for the end of a transaction, also of one that waits itself.
local db = sqlite.open("a.db")
db:exec("CREATE TABLE t (who)")
local other
db:transaction(function()
  db:exec("INSERT INTO t VALUES ('a')")
  other = spawn(function() db:exec("INSERT INTO t VALUES ('b')") end)
  sleep(0.01)
  db:exec("INSERT INTO t VALUES ('a')")
  print(#db:rows("SELECT * FROM t"))                           --> 2
end)
other:wait()
for row in db:each("SELECT who FROM t ORDER BY rowid") do io.write(row.who, " ") end
print()                                                        --> a a b 
---
-- A cancelled transaction is undone, and others go on.
local db = sqlite.open("a.db")
db:exec("CREATE TABLE t (n)")
local task = spawn(function() db:transaction(function() db:exec("INSERT INTO t VALUES (1)") sleep(1000) end) end)
sleep(0.01)
task:cancel()
pcall(task.wait, task)
print(#db:rows("SELECT * FROM t"))                             --> 0
---
local db = sqlite.open("a.db")
db:exec("CREATE TABEL t (n)")                                  ### "sqlite: near \"TABEL\": syntax error\n  in CREATE TABEL t"
---
local db = sqlite.open("a.db")
db:rows("SELECT * FROM\n  nowhere")                            ### "sqlite: no such table: nowhere\n  in SELECT \\* FROM nowhere"
---
local db = sqlite.open("a.db")
db:rows("SELECT ?", 1, 2)                                      ### "sqlite: 2 values are given, and the statement takes 1\n  in SELECT \\?"
---
local db = sqlite.open("a.db")
db:exec("CREATE TABLE t (n); INSERT INTO t VALUES (?); INSERT INTO t VALUES (?)", 1, 2)  ### "sqlite: values are for one statement alone; run each by itself\n  in CREATE TABLE t"
---
local db = sqlite.open("a.db")
db:rows("SELECT ?, ?", 1)                                      ### "sqlite: missing argument with index 2"
---
local db = sqlite.open("a.db")
db:exec("SELECT ?", {})                                        ### "Database:exec: values: expected nil, true, false, a number or a string, got a table; give one of its fields"
---
local db = sqlite.open("a.db")
db:close()
db:rows("SELECT 1")                                            ### "sqlite: a.db: the database is closed; sqlite.open opens it"
---
local db = sqlite.open("a.db")
db:transaction(function() db:close() end)                      ### "Database:close: a transaction goes on"
---
-- What is no database, and what lies elsewhere.
print(select(2, pcall(sqlite.open, "notes.txt")).kind, select(2, pcall(sqlite.open, "none/a.db")).kind)  --> damaged	unusable
sqlite.open("notes.txt")                                       ### "sqlite: notes.txt is no database, or a damaged one: file is not a database"
---
sqlite.open("../b.db")                                         ### "sqlite.open: ../b.db: lies outside of what the script may use: .*--allow-dir"
---
sqlite.open("link.db")                                         ### "sqlite: link.db cannot be opened: .*escapes"
---
sqlite.open("none/a.db")                                       ### "sqlite: none/a.db cannot be opened: .*no such file"
---
sqlite.open(".")                                               ### "it is a folder or a device, not a file"
---
sqlite.open("a.db"):exec("ATTACH 'b.db' AS b")                 ### "sqlite: a script's database stands alone: it has no ATTACH"
---
sqlite.open("a.db"):exec("VACUUM INTO '../b.db'")              ### "sqlite: a script's database stands alone"
---
sqlite.open("a.db"):exec("PRAGMA temp_store_directory = '/tmp'")  ### "sqlite: a script's database stands alone"
---
sqlite.open("a.db", {readonly = true})                         ### "sqlite: a.db cannot be opened: .*no such file"
---
sqlite.open("a.db"):exec("CREATE TABLE t (n)")
local db = sqlite.open("a.db", {readonly = true})
print(db:transaction(function() return #db:rows("SELECT * FROM t") end))  --> 0
db:exec("INSERT INTO t VALUES (1)")                            ### "sqlite: a.db cannot be written: open it without readonly"
---
-- Loops that are left early are bounded.
local db = sqlite.open(":memory:")
db:exec("CREATE TABLE t (n)")
db:transaction(function() for i = 1, 200 do db:exec("INSERT INTO t VALUES (?)", i) end end)
local kept = {}
for i = 1, 101 do kept[i] = db:each("SELECT n FROM t") end     ### "100 loops over rows have begun"
---
-- A cancelled query ends at once.
local db = sqlite.open(":memory:")
local endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"
print(pcall(with_timeout, 0.05, function() db:rows(endless) end))  --> false	TimeoutError: not done after 0.05s
print(pcall(with_timeout, 0.05, function() for row in db:each(endless) do end end))  --> false	TimeoutError: not done after 0.05s
print(db:row("SELECT 1 AS n").n)                               --> 1
