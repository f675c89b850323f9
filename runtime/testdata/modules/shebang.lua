#!/usr/bin/env cordial
return "shebang"
