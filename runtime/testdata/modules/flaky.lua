attempts = (attempts or 0) + 1
if attempts == 1 then error("not yet") end
return attempts
