package catalogue

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// convert turns a value into the form of a scalar type: text, a json.Number or a bool.
func (t *Type) convert(value any) (any, *FormError) {
	switch t.Base {
	case String:
		return toString(value)
	case Integer:
		return toInteger(value)
	case Number:
		return toNumber(value)
	case Boolean:
		if b, ok := ParseBool(fmt.Sprint(value)); ok {
			return b, nil
		}
		return nil, &FormError{"BOOLEAN_TYPE_CONVERT", "Must be either true or false."}
	case Snowflake:
		return toSnowflake(value)
	case Timestamp:
		return toTimestamp(value)
	case URI:
		return toURI(value)
	case DataURI:
		return toDataURI(value)
	}
	return nil, &FormError{"BASE_TYPE_BAD_TYPE", "Must be null."}
}

// ParseInt reads an integer as Discord does in queries and forms.
func ParseInt(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}

// ParseBool reads a boolean as Discord does in queries and forms.
func ParseBool(text string) (value, ok bool) {
	switch text {
	case "true", "True", "1":
		return true, true
	case "false", "False", "0":
		return false, true
	}
	return false, false
}

func toString(value any) (any, *FormError) {
	switch v := value.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	}
	return nil, &FormError{"STRING_TYPE_CONVERT", fmt.Sprintf("Could not interpret \"%s\" as string.", show(value))}
}

func toInteger(value any) (any, *FormError) {
	text, ok := numberText(value)
	if ok {
		if _, err := strconv.ParseInt(text, 10, 64); err == nil {
			return json.Number(text), nil
		}
		if _, err := strconv.ParseUint(text, 10, 64); err == nil {
			return json.Number(text), nil
		}
		if f, err := strconv.ParseFloat(text, 64); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			return json.Number(strconv.FormatInt(int64(f), 10)), nil
		}
	}
	return nil, &FormError{"NUMBER_TYPE_COERCE", fmt.Sprintf("Value \"%s\" is not int.", show(value))}
}

func toNumber(value any) (any, *FormError) {
	if text, ok := numberText(value); ok {
		if f, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
			return json.Number(strconv.FormatFloat(f, 'g', -1, 64)), nil
		}
	}
	return nil, &FormError{"NUMBER_TYPE_COERCE", fmt.Sprintf("Value \"%s\" is not float.", show(value))}
}

func toSnowflake(value any) (any, *FormError) {
	if text, ok := numberText(value); ok {
		if n, err := strconv.ParseUint(text, 10, 64); err == nil {
			return strconv.FormatUint(n, 10), nil
		}
	}
	return nil, &FormError{"NUMBER_TYPE_COERCE", fmt.Sprintf("Value \"%s\" is not snowflake.", show(value))}
}

// timeLayouts are the forms of ISO 8601 that are understood. Without a zone, it is UTC.
var timeLayouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999Z07:00", time.DateOnly}

func toTimestamp(value any) (any, *FormError) {
	if text, ok := value.(string); ok {
		for _, layout := range timeLayouts {
			if at, err := time.Parse(layout, text); err == nil && at.Year() > 0 && at.Year() < 10000 {
				return at.UTC().Format(time.RFC3339Nano), nil
			}
		}
	}
	return nil, &FormError{"DATE_TIME_TYPE_PARSE", fmt.Sprintf("Could not parse %s. Should be ISO8601.", show(value))}
}

// uriSchemes are the schemes of links that Discord takes.
var uriSchemes = []string{"http", "https", "attachment", "discord"}

func toURI(value any) (any, *FormError) {
	text, _ := value.(string)
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme == "" || u.Host == "":
		return nil, &FormError{"URL_TYPE_INVALID_URL", "Not a well formed URL."}
	case !slices.Contains(uriSchemes, u.Scheme):
		return nil, &FormError{"URL_TYPE_INVALID_SCHEME", fmt.Sprintf("Scheme \"%s\" must be one of ('http', 'https').", u.Scheme)}
	}
	return text, nil
}

func toDataURI(value any) (any, *FormError) {
	text, _ := value.(string)
	if head, _, ok := strings.Cut(text, ";base64,"); ok && strings.HasPrefix(head, "data:") {
		return text, nil
	}
	return nil, &FormError{"IMAGE_INVALID", "Invalid image data"}
}

func numberText(value any) (string, bool) {
	switch v := value.(type) {
	case json.Number:
		return v.String(), true
	case string:
		return v, true
	}
	return "", false
}

// show writes a value for an error message, cut to a readable length.
func show(value any) string {
	text, ok := numberText(value)
	if !ok {
		raw, err := json.Marshal(value)
		if err != nil {
			return "?"
		}
		text = string(raw)
	}
	if runes := []rune(text); len(runes) > 100 {
		return string(runes[:100]) + "..."
	}
	return text
}

func isScalar(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}

// checkLimits compares a scalar with the limits that are written at the type itself.
func (t *Type) checkLimits(value any, form *FormErrors) {
	if text, ok := value.(string); ok {
		checkLength(utf8.RuneCountInString(text), t.MinLength, t.MaxLength, form)
		if t.Pattern != "" && !pattern(t.Pattern).MatchString(text) {
			form.Add("STRING_TYPE_REGEX", "String value did not match validation regex.")
		}
	}
	if n, ok := value.(json.Number); ok && t.Range != nil {
		t.checkRange(n, form)
	}
	if len(t.Enum) > 0 && !slices.Contains(t.Enum, fmt.Sprint(value)) {
		if t.Resolve().Base == Integer {
			form.Add("BASE_TYPE_CHOICES", fmt.Sprintf("Value must be one of {%s}.", strings.Join(t.Enum, ", ")))
		} else {
			form.Add("ENUM_TYPE_COERCE", fmt.Sprintf("Value \"%s\" is not a valid enum value.", show(value)))
		}
	}
}

func (t *Type) checkRange(n json.Number, form *FormErrors) {
	name := "int"
	if t.Resolve().Base == Number {
		name = "float"
	}
	switch f, _ := n.Float64(); {
	case f > t.Range.Max:
		form.Add("NUMBER_TYPE_MAX", fmt.Sprintf("%s value should be less than or equal to %.0f.", name, t.Range.Max))
	case f < t.Range.Min:
		form.Add("NUMBER_TYPE_MIN", fmt.Sprintf("%s value should be greater than or equal to %.0f.", name, t.Range.Min))
	}
}

// checkLength compares a length with its bounds, of which 0 means none, and reports whether it fits.
func checkLength(n, least, most int, form *FormErrors) bool {
	switch {
	case (least == 0 || n >= least) && (most == 0 || n <= most):
		return true
	case least > 0 && most > 0:
		form.Add("BASE_TYPE_BAD_LENGTH", fmt.Sprintf("Must be between %d and %d in length.", least, most))
	case most > 0:
		form.Add("BASE_TYPE_MAX_LENGTH", fmt.Sprintf("Must be %d or fewer in length.", most))
	default:
		form.Add("BASE_TYPE_MIN_LENGTH", fmt.Sprintf("Must be %d or more in length.", least))
	}
	return false
}

// patterns holds the compiled patterns of the catalogue.
var patterns sync.Map

func pattern(text string) *regexp.Regexp {
	if re, ok := patterns.Load(text); ok {
		return re.(*regexp.Regexp)
	}
	re := regexp.MustCompile(text)
	patterns.Store(text, re)
	return re
}
