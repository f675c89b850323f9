local M = {}
function M.hello(name) return "hello " .. name end
M.name = ...
return M
