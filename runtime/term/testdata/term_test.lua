-- The module term, as cordial doc term tells of it, without a terminal: what it draws is tested in Go on a screen.

test("without a terminal", function(t)
  t.eq(term.is_terminal, false)
  t.eq({term.size()}, {80, 24})
  t.eq(term.style("done", "bold", "green"), "done", "styles leave the text as it is")
  term.restore()
end)

test("width counts what is seen", function(t)
  for text, width in pairs{[""] = 0, ab = 2, ["é"] = 1, ["e\204\129"] = 1, ["漢字"] = 4, ["a\tb"] = 6, ["a\226\128\139b"] = 2, ["\27[31mred\27[m\27[2J"] = 3} do
    t.eq(term.width(text), width, text)
    t.eq(term.width(term.fit(text, width)), width, text)
  end
end)

test("fit cuts and fills", function(t)
  t.eq(term.fit("ab", 4), "ab  ")
  t.eq(term.fit("abcdef", 6), "abcdef")
  t.eq(#term.fit("abcdefgh", 4) > 0, true)
  t.eq(term.fit("", 3), "   ")
  t.eq(term.fit("é", 3), "é  ", "by what is seen, not by bytes")
  t.eq(term.fit("漢字", 5), "漢字 ", "wide characters take two columns")
  t.eq(term.fit("abcdef", 0), "")
end)

test("draw and keys need a terminal", function(t)
  t.raises(function() term.draw{"x"} end, "term%.draw: .*terminal")
  t.raises(function() term.keys() end, "term%.keys: .*terminal")
end)

test("progress draws nothing without a terminal", function(t)
  local bar = term.progress(3, "names")
  for i = 1, 3 do
    bar:add(1)
    bar:label("name " .. i)
  end
  bar:done()
  local open = term.progress()
  open:add()
  open:done()
  t.eq(t.output(), "")
end)

test("what is wrong is told", function(t)
  t.raises(function() term.style("x", "gren") end, "term%.style: ")
  t.raises(function() term.style() end, "text is required")
  t.raises(function() term.width() end, "text is required")
  t.raises(function() term.fit("x") end, "width is required")
  t.raises(function() term.draw() end, "lines is required")
end)
