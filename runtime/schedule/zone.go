package schedule

import (
	_ "embed" // for the list of zones
	"fmt"
	"path"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the zones themselves, for machines that have none

	"cordial/internal/suggest"
)

//go:generate go run ./internal/zonelist zones.txt

//go:embed zones.txt
var zoneList string

// zoneNames are the IANA zones, to suggest one of them.
var zoneNames = sync.OnceValue(func() []string { return strings.Fields(zoneList) })

// loadZone finds a zone by its IANA name. The error suggests one.
func loadZone(name string) (*time.Location, error) {
	if name != "" {
		if zone, err := time.LoadLocation(name); err == nil {
			return zone, nil
		}
	}
	if near, ok := nearZone(name); ok {
		return nil, fmt.Errorf("there is no time zone %q; did you mean %q?", name, near)
	}
	return nil, fmt.Errorf(`there is no time zone %q; expected a name such as "Europe/Berlin" or "UTC"`, name)
}

// CheckZone says what is wrong with the name of a time zone, nil for nothing.
func CheckZone(name string) error {
	_, err := loadZone(name)
	return err
}

// nearZone finds a zone by its name in other letters, by its city, or by a name that is nearly right.
func nearZone(name string) (string, bool) {
	lower := strings.ReplaceAll(strings.ToLower(name), " ", "_")
	var lowered, cities []string
	for _, zone := range zoneNames() {
		if lower == strings.ToLower(zone) || lower == strings.ToLower(path.Base(zone)) {
			return zone, true
		}
		lowered = append(lowered, strings.ToLower(zone))
		cities = append(cities, strings.ToLower(path.Base(zone)))
	}
	for _, names := range [][]string{lowered, cities} {
		if near, ok := suggest.Nearest(lower, names); ok {
			for i := range names {
				if names[i] == near {
					return zoneNames()[i], true
				}
			}
		}
	}
	return "", false
}
