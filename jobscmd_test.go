package main

import (
	"path/filepath"
	"testing"

	"cordial/runtime/schedule"
)

func TestEachCommandLineOfAReadyScriptHasALedger(t *testing.T) {
	one, other := ledgerOf("purge", []string{"logs", "--yes"}), ledgerOf("purge", []string{"logs --yes"})
	if one == other || one != ledgerOf("purge", []string{"logs", "--yes"}) || filepath.Base(one) != one {
		t.Errorf("got %q and %q", one, other)
	}
	if got := ledgerOf("purge", nil); got != "purge" {
		t.Errorf("without arguments: %q", got)
	}
	reports := []schedule.Report{{Script: one}, {Script: "purger"}, {Script: other}, {Script: "purge"}}
	found, err := reportsOf(reports, "purge")
	if err != nil || len(found) != 3 {
		t.Errorf("of purge: %v, %v", found, err)
	}
	found, err = reportsOf(reports, one)
	if err != nil || len(found) != 1 {
		t.Errorf("of %s: %v, %v", one, found, err)
	}
	if _, err = reportsOf(reports, "prge"); err == nil || err.Error() != "no jobs are known of prge; did you mean purge?" {
		t.Errorf("of prge: %v", err)
	}
}
