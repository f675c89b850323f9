package luabind

import (
	"errors"
	"net/http"
	"regexp"
	"strings"

	"cordial/discord/rest"
	"cordial/runtime/bind"
)

// webhookURL is what Discord shows of a webhook, and what people copy.
var webhookURL = regexp.MustCompile(`^https?://[^/]+/api/(?:v\d+/)?webhooks/(\d+)/([\w-]+)$`)

// findWebhook declares dc:find_webhook. What it says never repeats the URL, which is a secret.
func (b *binding) findWebhook() bind.Func {
	return bind.Func{
		Name: "find_webhook", Doc: "Finds a webhook by its URL, to post with it. Whoever knows the URL may; the bot need not be in that server.", Returns: "Webhook, or nil and why not",
		Params:  []bind.Param{{Name: "url", Type: bind.String, Required: true}},
		Example: `local webhook = assert(dc:find_webhook(env.require("NEWS_WEBHOOK")))`,
		Call: func(c *bind.Call) (any, error) {
			parts := webhookURL.FindStringSubmatch(strings.TrimSpace(c.String("url")))
			if parts == nil {
				return bind.Values{nil, "it is no URL of a webhook: they begin with https://discord.com/api/webhooks/"}, nil
			}
			v, err := asClient(c).call(c, "get_webhook_by_token", rest.Args{"webhook_id": parts[1], "webhook_token": parts[2]})
			refused, ok := errors.AsType[*rest.Error](err)
			if ok && (refused.Status == http.StatusNotFound || refused.Status == http.StatusUnauthorized) {
				return bind.Values{nil, "there is no such webhook any more, or its URL has changed"}, nil
			}
			return asClient(c).wrap(v), err
		},
	}
}
