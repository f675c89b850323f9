package record

const victimPath = "CORDIAL_TEST_RECORD"

func recordUntilKilled(path string) {}
