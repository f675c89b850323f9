package luabind

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// imageMost bounds an image that is sent inside JSON, in bytes. Discord takes no avatar or icon over 10 MiB.
const imageMost = 10 << 20

// dataURI takes a data URI as it is, and the path of a file as the file's content.
func dataURI(L *lua.LState, v lua.LValue) (any, error) {
	s, ok := v.(lua.LString)
	if !ok {
		return nil, bind.Expected("the path of an image, or a data URI", v)
	}
	if strings.HasPrefix(string(s), "data:") {
		return string(s), nil
	}
	if err := runtime.Denied(L, runtime.DenyIO, "reading "+string(s)); err != nil {
		return nil, err
	}
	info, err := os.Stat(string(s))
	if err != nil {
		return nil, err
	}
	if info.Size() > imageMost {
		return nil, fmt.Errorf("%s has %d bytes; Discord takes images up to %d", s, info.Size(), imageMost)
	}
	data, err := os.ReadFile(string(s))
	if err != nil {
		return nil, err
	}
	kind := http.DetectContentType(data)
	if !strings.HasPrefix(kind, "image/") && !strings.HasPrefix(kind, "audio/") && kind != "application/ogg" {
		return nil, errors.New(string(s) + " is neither an image nor a sound")
	}
	return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(data), nil
}
