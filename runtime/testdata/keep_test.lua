-- keep: what a script keeps when it is loaded anew. That it survives cordial run --watch is tested in Go.

test("keep is an ordinary table, empty at first", function(t)
  keep.started = keep.started or os.time()
  t.eq(os.time() - keep.started, 0)
  keep.f = function() return "works" end
  t.eq(keep.f(), "works")
  keep.f, keep.started = nil, nil
  t.eq(next(keep), nil)
end)

test("keep is there in scripts that are loaded", function(t)
  local file = fs.temp{suffix = ".lua"}
  fs.write(file, "keep.count = (keep.count or 0) + 1 keep.get = function() return keep.count end")
  t.load(file)
  t.load(file)
  t.eq(keep.count, 2)
  t.eq(keep.get(), 2)
end)
