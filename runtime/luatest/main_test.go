package luatest_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	"cordial/runtime/luatest"
)

func TestMain(m *testing.M) {
	if err := luatest.LabelGoroutines(); err != nil {
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}
