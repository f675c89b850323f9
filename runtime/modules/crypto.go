package modules

import (
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// algorithms are the hash functions, by name.
var algorithms = map[string]func() hash.Hash{"sha256": sha256.New, "sha512": sha512.New, "sha1": sha1.New, "md5": md5.New}

// maxRandom bounds the random bytes of one call.
const maxRandom = 1 << 20

func installCrypto(host *runtime.Host, f *files) {
	data := bind.Param{Name: "data", Type: bind.String, Required: true}
	algorithm := bind.Param{Name: "algorithm", Type: bind.OneOf("sha256", "sha512", "sha1", "md5"), Default: "sha256"}
	format := bind.Param{Name: "format", Type: bind.OneOf("hex", "base64", "raw"), Named: true, Default: "hex"}
	count := bind.Param{Name: "count", Type: bind.Integer, Default: 32, Doc: "bytes"}
	module := bind.Module{
		Name: "crypto", Doc: "Hashes, signatures, random values, encodings.", Global: true,
		Funcs: []bind.Func{
			{
				Name: "hash", Doc: "The hash of bytes.", Params: []bind.Param{data, algorithm, format}, Returns: "string",
				Example: `crypto.hash("hello", "sha512", {format = "base64"})`,
				Call: func(c *bind.Call) (any, error) {
					return digest(c, algorithms[c.String("algorithm")](), c.String("format"))
				},
			},
			{
				Name: "hash_file", Doc: "The hash of a file, which is never whole in memory.",
				Params: []bind.Param{{Name: "path", Type: bind.String, Required: true}, algorithm, format}, Returns: "string",
				Example: `crypto.hash_file("backup.zip")`, Call: func(c *bind.Call) (any, error) { return hashFile(c, f) },
			},
			{
				Name: "hmac", Doc: "The signature of bytes with a key that both sides know.",
				Params: []bind.Param{{Name: "key", Type: bind.String, Required: true}, data, algorithm, format}, Returns: "string",
				Example: `if not crypto.equal(crypto.hmac(env.SECRET, body), signature) then error("forged") end`,
				Call: func(c *bind.Call) (any, error) {
					return digest(c, hmac.New(algorithms[c.String("algorithm")], []byte(c.String("key"))), c.String("format"))
				},
			},
			{
				Name: "random", Doc: "Random bytes that nobody can guess.", Params: []bind.Param{count}, Returns: "string", Call: random(func(b []byte) string { return string(b) }),
			},
			{
				Name: "random_hex", Doc: "Random bytes in hexadecimal.", Params: []bind.Param{count}, Returns: "string", Call: random(hex.EncodeToString),
			},
			{
				Name: "token", Doc: "A random text for addresses and passwords, of letters, digits, - and _.", Params: []bind.Param{count}, Returns: "string",
				Example: `local code = crypto.token(16)`, Call: random(base64.RawURLEncoding.EncodeToString),
			},
			{
				Name: "uuid", Doc: "A random UUID (version 4).", Returns: "string",
				Call: func(*bind.Call) (any, error) { return uuid(), nil },
			},
			{
				Name: "equal", Doc: "Whether two texts are the same, in a time that does not tell how much of them is.",
				Params:  []bind.Param{{Name: "a", Type: bind.String, Required: true}, {Name: "b", Type: bind.String, Required: true}},
				Returns: "boolean",
				Call: func(c *bind.Call) (any, error) {
					return subtle.ConstantTimeCompare([]byte(c.String("a")), []byte(c.String("b"))) == 1, nil
				},
			},
		},
	}
	for _, name := range []string{"sha256", "sha512", "sha1", "md5"} {
		module.Funcs = append(module.Funcs, bind.Func{
			Name: name, Doc: "The hash of bytes in hexadecimal.", Params: []bind.Param{data}, Returns: "string",
			Call: func(c *bind.Call) (any, error) { return digest(c, algorithms[name](), "hex") },
		})
	}
	module.Funcs = append(module.Funcs, encodings()...)
	host.Registry().AddModule(module)
}

// digest is the hash of a call's data.
func digest(c *bind.Call, h hash.Hash, format string) (any, error) {
	data := c.String("data")
	err := heavy(c, len(data), func() error {
		_, err := io.WriteString(h, data)
		return err
	})
	return inFormat(h.Sum(nil), format), err
}

func inFormat(sum []byte, format string) string {
	switch format {
	case "base64":
		return base64.StdEncoding.EncodeToString(sum)
	case "raw":
		return string(sum)
	}
	return hex.EncodeToString(sum)
}

func hashFile(c *bind.Call, f *files) (any, error) {
	p, err := f.place(c.String("path"))
	if err != nil {
		return nil, fail(c, err)
	}
	h := algorithms[c.String("algorithm")]()
	err = c.Wait(func(ctx context.Context) error {
		_, err := io.CopyBuffer(onlyWriter{h}, &untilDone{ctx, &pieces{place: p}}, make([]byte, 1<<20))
		return err
	})
	if err != nil {
		return nil, fail(c, err)
	}
	return inFormat(h.Sum(nil), c.String("format")), nil
}

// onlyWriter hides what else a writer can do, so that a copy uses the buffer
// that it is given.
type onlyWriter struct{ io.Writer }

func random(write func([]byte) string) func(c *bind.Call) (any, error) {
	return func(c *bind.Call) (any, error) {
		n := c.Int("count")
		if n < 0 || n > maxRandom {
			return nil, fail(c, fmt.Errorf("count: expected a number of bytes from 0 to %d, got %d", maxRandom, n))
		}
		b := make([]byte, n)
		_, _ = rand.Read(b) // which never fails
		return write(b), nil
	}
}

func uuid() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // which never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// encodings are the functions that write bytes as text and read them again.
func encodings() []bind.Func {
	var functions []bind.Func
	for _, e := range []struct {
		name, doc string
		encode    func([]byte) string
		decode    func(string) ([]byte, error)
	}{
		{"hex", "hexadecimal", hex.EncodeToString, hex.DecodeString},
		{"base64", "base64", base64.StdEncoding.EncodeToString, base64With(base64.RawStdEncoding)},
		{"base64url", "base64 for addresses, without padding", base64.RawURLEncoding.EncodeToString, base64With(base64.RawURLEncoding)},
	} {
		functions = append(functions,
			bind.Func{
				Name: e.name + "_encode", Doc: "Writes bytes in " + e.doc + ".", Params: []bind.Param{{Name: "data", Type: bind.String, Required: true}}, Returns: "string",
				Call: func(c *bind.Call) (text any, err error) {
					err = heavy(c, len(c.String("data")), func() error { text = e.encode([]byte(c.String("data"))); return nil })
					return text, err
				},
			},
			bind.Func{
				Name: e.name + "_decode", Doc: "Reads bytes from " + e.doc + ".", Params: []bind.Param{{Name: "text", Type: bind.String, Required: true}}, Returns: "string",
				Call: func(c *bind.Call) (any, error) {
					var data []byte
					err := heavy(c, len(c.String("text")), func() (err error) { data, err = e.decode(c.String("text")); return err })
					return string(data), fail(c, decodeError(err))
				},
			})
	}
	return functions
}

// base64With reads base64 with or without padding.
func base64With(encoding *base64.Encoding) func(string) ([]byte, error) {
	return func(text string) ([]byte, error) { return encoding.DecodeString(strings.TrimRight(text, "=\r\n")) }
}

// decodeError says where a text is not what it should be.
func decodeError(err error) error {
	if at, ok := errors.AsType[base64.CorruptInputError](err); ok {
		return fmt.Errorf("the text is not base64: byte %d does not belong there", int64(at)+1)
	}
	if at, ok := errors.AsType[hex.InvalidByteError](err); ok {
		return fmt.Errorf("the text is not hexadecimal: it has the character %q", rune(at))
	}
	if errors.Is(err, hex.ErrLength) {
		return errors.New("the text is not hexadecimal: it has an odd number of digits")
	}
	return err
}
