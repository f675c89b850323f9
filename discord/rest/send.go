package rest

import (
	"context"

	"cordial/discord/rest/catalogue"
)

// Send is Do for any request, with the answer read the way Call reads it: as objects of the right kind where the catalogue knows the
// method and path, as plain ones where it does not, and as true when there is no body.
func (c *Client) Send(ctx context.Context, req *Request) (any, error) {
	resp, err := c.Do(ctx, req)
	if err != nil {
		return nil, err
	}
	op := req.operation()
	if op == nil {
		op = &catalogue.Operation{ID: req.Method + " " + shownPath(req.Path)}
	}
	return decode(op, resp)
}
