package audio

import "fmt"

// guard turns a panic over damaged sound into an error. What comes from the network must not end the process.
func guard(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the decoder gave up on damaged sound: %v", p)
	}
}
