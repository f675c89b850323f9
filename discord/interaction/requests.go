package interaction

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"cordial/discord"
	"cordial/discord/rest"
)

// The types of callbacks.
const (
	callbackMessage         = 4
	callbackDeferredMessage = 5
	callbackDeferredUpdate  = 6
	callbackUpdate          = 7
	callbackChoices         = 8
	callbackModal           = 9
)

// The flags of messages that matter here.
const (
	flagSuppressEmbeds = 1 << 2
	flagEphemeral      = 1 << 6
	flagComponentsV2   = 1 << 15

	// editableFlags are those that an edit may set.
	editableFlags = flagSuppressEmbeds | flagComponentsV2
)

// callback sends the first answer.
func (r *Responder) callback(ctx context.Context, kind int, next State, data map[string]any) error {
	_, err := r.sendCallback(ctx, kind, next, data, nil)
	return err
}

// callbackMessage sends the first answer when it is a message, and gives that.
func (r *Responder) callbackMessage(ctx context.Context, kind int, next State, m Message) (*discord.Object, error) {
	data, files := m.split()
	answer, err := r.sendCallback(ctx, kind, next, data, rest.Args{"with_response": true, "files": files})
	if err != nil {
		return nil, err
	}
	if o, ok := answer.(*discord.Object); ok {
		if o.Kind() == discord.KindMessage {
			return o, nil
		}
		if resource := o.Object("resource"); resource != nil && resource.Object("message") != nil {
			return resource.Object("message"), nil
		}
	}
	return nil, fmt.Errorf("create_interaction_response: the answer has no message")
}

func (r *Responder) sendCallback(ctx context.Context, kind int, next State, data map[string]any, more rest.Args) (any, error) {
	args := rest.Args{"interaction_id": r.origin.id, "interaction_token": r.origin.token, "type": kind}
	if data != nil {
		args["data"] = data
	}
	maps.Copy(args, more)
	answer, err := r.client.Call(ctx, "create_interaction_response", args)
	taken := wasTaken(err)
	if err == nil || taken {
		r.acknowledged(next)
	}
	if taken && more["with_response"] == true {
		return r.client.Call(ctx, "get_original_webhook_message", r.webhook())
	}
	if taken {
		return nil, nil
	}
	return answer, err
}

// codeAcknowledged is Discord's error for a second callback.
const codeAcknowledged = 40060

// wasTaken reports whether a callback failed only because Discord had taken it before, when its answer was lost.
func wasTaken(err error) bool {
	e, ok := errors.AsType[*rest.Error](err)
	return ok && e.Code == codeAcknowledged && e.Repeated
}

// webhook is where everything after the callback goes.
func (r *Responder) webhook() rest.Args {
	return rest.Args{"webhook_id": r.origin.application, "webhook_token": r.origin.token}
}

// followUp sends a message of its own.
func (r *Responder) followUp(ctx context.Context, m Message) (*discord.Object, error) {
	args := r.webhook()
	fields, files := m.split()
	maps.Copy(args, fields)
	args["files"], args["wait"] = files, true
	return r.client.Object(ctx, "execute_webhook", args)
}

// change edits a message of the interaction.
func (r *Responder) change(ctx context.Context, id string, m Message) (*discord.Object, error) {
	args := r.webhook()
	m.Ephemeral = false // an edit cannot change it
	fields, files := m.split()
	maps.Copy(args, fields)
	delete(args, "tts")
	if flags := flagsOf(args["flags"]) & editableFlags; flags != 0 {
		args["flags"] = flags
	} else {
		delete(args, "flags")
	}
	args["files"] = files
	if id == original {
		return r.client.Object(ctx, "update_original_webhook_message", args)
	}
	args["message_id"] = id
	return r.client.Object(ctx, "update_webhook_message", args)
}

func (r *Responder) remove(ctx context.Context, id string) error {
	args, operation := r.webhook(), "delete_original_webhook_message"
	if id != original {
		args["message_id"], operation = id, "delete_webhook_message"
	}
	_, err := r.client.Call(ctx, operation, args)
	return err
}

// split gives the fields with the flag of an ephemeral message, and the files, which callbacks have in another place.
func (m Message) split() (fields rest.Args, files any) {
	fields = maps.Clone(m.Fields)
	if fields == nil {
		fields = rest.Args{}
	}
	if m.Ephemeral {
		fields["flags"] = flagsOf(fields["flags"]) | flagEphemeral
	}
	files = fields["files"]
	delete(fields, "files")
	return fields, files
}

// flagsOf reads flags as they come from Go, from JSON or from Lua.
func flagsOf(v any) int64 {
	switch n := v.(type) {
	case int:
		return int64(n)
	case int64:
		return n
	case float64:
		return int64(n)
	}
	return 0
}

// uploadSize is how many bytes a message's files have. Files of unknown size count as large.
func uploadSize(fields rest.Args) (size int64) {
	files, _ := fields["files"].([]rest.File)
	for _, f := range files {
		if f.Size < 0 {
			return largeUpload
		}
		size += f.Size
	}
	return size
}
