package sandbox

import (
	"crypto/md5"
	"encoding/hex"
)

// setImage gives something the image that a field of a request holds as a data URI, or takes it away with null.
func setImage[T ~string](target *T, given Field[string], field string) error {
	if !given.Set {
		return nil
	}
	if given.Value != "" {
		if _, err := readPicture(given.Value, field, pictureKinds); err != nil {
			return err
		}
	}
	*target = T(imageHash(given.Value))
	return nil
}

// imageHash names an image that was sent as a data URI. The CDN draws a stand-in for every hash, so the image itself is not kept.
func imageHash(dataURI string) string {
	if dataURI == "" {
		return ""
	}
	sum := md5.Sum([]byte(dataURI))
	return hex.EncodeToString(sum[:])
}
