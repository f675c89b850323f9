print(env.HOME, env.NONE, env("HOME"), env("NONE", "x"), env("NONE", 5), env("EMPTY", "x") == "")  --> /home/ann	nil	/home/ann	x	5	true
print(env("require"), env.require("HOME"))  --> nil	/home/ann
---
print(table.concat(env.load("some.env"), " "))  --> API_KEY GREETING PATTERN KEY
---
variables = env.load("some.env")
print(env.API_KEY, env.HOME, env.PATTERN, os.getenv("API_KEY"))  --> abc	/home/ann	$HOME #1	abc
print(env.GREETING)  --> Hello
--> there
print(env.KEY)  --> -----BEGIN
--> -----END
print(#env.load("some.env"))  --> 0
---
env.require("HOME", "NONE", "EMPTY", "OTHER")  ### "env.require: not set: NONE, EMPTY, OTHER; set them before the start, or in a file for env.load"
---
print(env.SECRET_TOKEN)  ### "env.SECRET_TOKEN: a token is not given to scripts; dc uses it already"
---
env("SECRET_TOKEN", "x")  ### "a token is not given to scripts"
---
env.require("SECRET_TOKEN")  ### "a token is not given to scripts"
---
env.X = "1"  ### "env.X cannot be set"
---
env.load("none.env")  ### "env.load: none.env: there is no such file"
---
fs.write(".env", "A=1\n\nB\n")
env.load()  ### "env.load: .env:3: expected NAME=value, got \"B\""
---
fs.write(".env", "A='x\ny'\nB=\"x\n")
env.load()  ### "env.load: .env:3: B: the quote \" is not closed"
---
fs.write(".env", "A='x' y\n")
env.load()  ### "env.load: .env:1: A: \"y\" stands behind the value"
