package main

import "encoding/json"

// The shapes of the facts files. Their notation is described in endpoints.json under meta.notation.

type endpointsFile struct {
	Operations []operation `json:"operations"`
}

type operation struct {
	ID         string             `json:"id"`
	Method     string             `json:"m"`
	Path       string             `json:"p"`
	PathParams ordered[field]     `json:"path"`
	Query      ordered[field]     `json:"query"`
	Body       *body              `json:"body"`
	Resp       map[string]*string `json:"resp"`
	Auth       []string           `json:"auth"`
	Major      string             `json:"major"`
	Doc        string             `json:"doc"`
	Reason     bool               `json:"audit_reason"`
	Deprecated bool               `json:"dep"`
	Events     []string           `json:"events"`
}

type body struct {
	Kinds      []string       `json:"kinds"`
	Required   bool           `json:"req"`
	Schema     string         `json:"schema"`
	Fields     ordered[field] `json:"fields"`
	Cons       constraints    `json:"cons"`
	Files      int            `json:"files"`
	FileFields []string       `json:"file_fields"`
}

type field struct {
	T          string `json:"t"`
	Required   bool   `json:"req"`
	Deprecated bool   `json:"dep"`
	constraints
}

type constraints struct {
	Min       *float64               `json:"min"`
	Max       *float64               `json:"max"`
	MinLength int                    `json:"minLength"`
	MaxLength int                    `json:"maxLength"`
	MinItems  int                    `json:"minItems"`
	MaxItems  int                    `json:"maxItems"`
	MaxProps  int                    `json:"maxProps"`
	Unique    bool                   `json:"unique"`
	Enum      []json.RawMessage      `json:"enum"`
	Pattern   string                 `json:"pattern"`
	Items     *constraints           `json:"items"`
	Values    *constraints           `json:"values"`
	Alts      map[string]constraints `json:"alts"`
	Fields    ordered[field]         `json:"fields"`
}

type schemasFile struct {
	Schemas map[string]schema `json:"schemas"`
}

type schema struct {
	K   string         `json:"k"`
	F   ordered[field] `json:"f"`
	T   string         `json:"t"`
	Of  []string       `json:"of"`
	Min *float64       `json:"min"`
	Max *float64       `json:"max"`
}

type enumsFile struct {
	Openapi         map[string]ordered[json.RawMessage] `json:"openapi"`
	Types           map[string]ordered[json.RawMessage] `json:"discord_api_types"`
	Perms           []bit                               `json:"permissions"`
	Intents         []bit                               `json:"intents"`
	Opcodes         []opcode                            `json:"gateway_opcodes"`
	CloseCodes      []closeCode                         `json:"gateway_close_codes"`
	VoiceOpcodes    []opcode                            `json:"voice_opcodes"`
	VoiceCloseCodes []closeCode                         `json:"voice_close_codes"`
	Events          ordered[dispatchEvent]              `json:"dispatch_events"`
	Codes           map[string]struct {
		Name string `json:"name"`
		Wire string `json:"wire"`
	} `json:"json_error_codes"`
}

type opcode struct {
	Op   int    `json:"op"`
	Name string `json:"name"`
}

// closeCode is a code that a server closes a websocket with; Action says in words what a client does then.
type closeCode struct {
	Code   int    `json:"code"`
	Name   string `json:"name"`
	Action string `json:"action"`
}

// dispatchEvent describes an event of the gateway: its data is an inner thing, or the fields, or both.
type dispatchEvent struct {
	Inner      string          `json:"inner"`
	Fields     ordered[string] `json:"fields"`
	Intents    []string        `json:"intents"`
	Permission string          `json:"permission"`
}

type bit struct {
	Name       string   `json:"name"`
	Bit        int      `json:"bit"`
	Events     []string `json:"events"`
	Privileged bool     `json:"privileged"`
}

// ordered is a JSON object whose keys keep the order of the file, so that the output does not depend on a map's order.
type ordered[T any] []entry[T]

type entry[T any] struct {
	Key   string
	Value T
}

func (o *ordered[T]) UnmarshalJSON(data []byte) error {
	var values map[string]T
	if err := json.Unmarshal(data, &values); err != nil {
		return err
	}
	keys, err := keysInOrder(data)
	if err != nil {
		return err
	}
	for _, k := range keys {
		*o = append(*o, entry[T]{k, values[k]})
	}
	return nil
}
