package sandbox

import (
	"encoding/json"
	"net/http"
	"net/url"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
)

// call is a request that has passed authentication, rate limits and the catalogue's checks.
type call struct {
	*Server
	w       *World
	op      *catalogue.Operation
	actor   Actor
	params  map[string]string // of the path, unescaped
	query   url.Values
	header  http.Header
	body    json.RawMessage // with values coerced to their types; nil when the operation takes none
	sent    any             // the body as it was sent
	uploads []Upload        // file parts of a multipart request
}

// id is a path parameter that is a snowflake.
func (c *call) id(name string) discord.Snowflake { return discord.Snowflake(c.params[name]) }

// decode reads the body into a struct. The catalogue's check has made sure that the types fit.
func (c *call) decode(params any) error {
	if err := json.Unmarshal(c.body, params); err != nil {
		return Refuse(http.StatusBadRequest, 50109)
	}
	return nil
}

// number is an integer of the query, or a default.
func (c *call) number(name string, otherwise int) int {
	if n, ok := catalogue.ParseInt(c.query.Get(name)); ok {
		return int(n)
	}
	return otherwise
}

// flag is a boolean of the query.
func (c *call) flag(name string) bool {
	b, _ := catalogue.ParseBool(c.query.Get(name))
	return b
}

// snowflake is an id of the query, or "".
func (c *call) snowflake(name string) discord.Snowflake { return discord.Snowflake(c.query.Get(name)) }

// checkAs checks the body against one named form where the operation takes several.
func (c *call) checkAs(schema string) error {
	checked, form := catalogue.SchemaNamed(schema).Check(c.sent)
	if !form.Empty() {
		return invalidForm(form)
	}
	var err error
	c.body, err = json.Marshal(checked)
	return err
}
