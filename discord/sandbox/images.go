package sandbox

import (
	"bytes"
	"encoding/base64"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"slices"
	"strings"
)

// drawnSize is the side in pixels of the pictures that the sandbox draws.
const drawnSize = 64

// drawPicture gives a small PNG that stands in for an avatar, an icon or an emoji: a symmetric pattern that depends on its name only.
func drawPicture(name string) ([]byte, error) {
	h := fnv.New64a()
	h.Write([]byte(name))
	bits := h.Sum64()
	ink := color.RGBA{byte(bits>>40) | 0x40, byte(bits>>48) | 0x40, byte(bits>>56) | 0x40, 0xff}
	img := image.NewPaletted(image.Rect(0, 0, drawnSize, drawnSize), color.Palette{color.RGBA{0xf0, 0xf0, 0xf0, 0xff}, ink})
	const cells = 8
	for y := range drawnSize {
		for x := range drawnSize {
			column, row := x*cells/drawnSize, y*cells/drawnSize
			if bits>>(row*cells/2+min(column, cells-1-column))&1 == 1 {
				img.SetColorIndex(x, y, 1)
			}
		}
	}
	var out bytes.Buffer
	err := png.Encode(&out, img)
	return out.Bytes(), err
}

// picture is an image that was uploaded as a data URI.
type picture struct {
	kind string // such as "image/png"
	data []byte
}

// The media types of images that are taken.
var (
	pictureKinds = []string{"image/png", "image/jpeg", "image/gif"}
	emojiKinds   = append(slices.Clip(pictureKinds), "image/webp", "image/avif")
)

// readPicture reads a data URI with an image of one of these kinds in it.
func readPicture(uri, field string, kinds []string) (picture, error) {
	head, text, ok := strings.Cut(strings.TrimPrefix(uri, "data:"), ";base64,")
	data, err := base64.StdEncoding.DecodeString(text)
	if !ok || err != nil || !slices.Contains(kinds, head) || len(data) == 0 {
		return picture{}, formError("IMAGE_INVALID", "Unsupported image type given", field)
	}
	return picture{head, data}, nil
}

// storePicture keeps a picture for the CDN, at a path without the format.
func (w *World) storePicture(path string, data []byte) error {
	b, err := w.blobs.put(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return Refuse(http.StatusRequestEntityTooLarge, 40005)
	}
	w.dropPicture(path)
	w.images[path] = b
	return nil
}

func (w *World) dropPicture(path string) {
	if b := w.images[path]; b != nil {
		b.free()
		delete(w.images, path)
	}
}
