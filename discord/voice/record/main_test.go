package record

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(victimPath); path != "" {
		recordUntilKilled(path)
	}
	goleak.VerifyTestMain(m)
}
