return require("sub.other") .. " init"
