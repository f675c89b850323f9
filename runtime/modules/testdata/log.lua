log.info("joined", {guild = "otters", members = 12, ratio = 0.5, ok = true})  --> level=INFO msg=joined guild=otters members=12 ratio=0.5 ok=true
log.warn("two\nlines", {text = "a\nb", empty = "", list = {1, 2}, table = json.object{b = 1, a = 2}})  --> level=WARN msg="two\nlines" text="a\nb" empty="" list="[1,2]" table="{\"b\":1,\"a\":2}"
log.error({code = 5}, {msg = "x", level = 1})  --> level=ERROR msg="{code = 5}" field.msg=x field.level=1
log.debug("not shown")
log.info()  --> level=INFO msg=nil
local job = log.with{job = "backup"}
job:info("done", {files = 3})  --> level=INFO msg=done job=backup files=3
job:with{step = 2}:warn("slow")  --> level=WARN msg=slow job=backup step=2
job:info("other", {job = "restore", ratio = 0/0})  --> level=INFO msg=other job=restore ratio=NaN
job:info("again", {f = print})  --> level=INFO msg=again job=backup f=function
---
log:info("x")  ### "log.info: call it with a dot"
---
log.with()  ### "log.with: fields is required"
---
log.info("x", 5)  ### "log.info: fields: expected a table"
