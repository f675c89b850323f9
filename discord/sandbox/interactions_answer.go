package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"cordial/discord"
	"cordial/discord/rest/catalogue"
	"cordial/discord/rest/limits"
)

// Callback is the body of a request to answer an interaction. Its data has been checked as far as the catalogue knows it.
type Callback struct {
	Type  CallbackType    `json:"type"`
	Data  json.RawMessage `json:"data"`
	Files []Upload        `json:"-"`
}

// CallbackResult says what has become of an answer.
type CallbackResult struct {
	Interaction CallbackInteraction `json:"interaction"`
	Resource    *CallbackResource   `json:"resource,omitempty"` // of messages, new and updated
}

// CallbackInteraction is an interaction as the result of its answer shows it.
type CallbackInteraction struct {
	ID        discord.Snowflake `json:"id"`
	Type      InteractionType   `json:"type"`
	MessageID discord.Snowflake `json:"response_message_id,omitempty"`
	Loading   *bool             `json:"response_message_loading,omitempty"`
	Ephemeral *bool             `json:"response_message_ephemeral,omitempty"`
	ChannelID discord.Snowflake `json:"channel_id"`
	GuildID   discord.Snowflake `json:"guild_id,omitempty"`
}

// CallbackResource is the message that an answer has made or changed.
type CallbackResource struct {
	Type    CallbackType `json:"type"`
	Message *Message     `json:"message"`
}

// Respond answers an interaction for the first and only time.
func (w *World) Respond(id discord.Snowflake, token string, cb Callback) (*CallbackResult, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	in := w.interactions[token]
	switch {
	case in == nil || in.ID != id || w.expired(in) || w.late(in):
		return nil, errUnknownInteraction
	case in.answer != 0:
		return nil, errAcknowledged
	case w.channels[in.channel.ID] == nil:
		return nil, errUnknownChannel
	}
	if err := in.checkCallback(cb.Type); err != nil {
		return nil, err
	}
	if err := w.respond(in, cb); err != nil {
		return nil, inData(err)
	}
	in.answer = cb.Type
	in.tellChange()
	return w.callbackResult(in), nil
}

// checkCallback refuses answers that an interaction cannot have. Only what comes from a component can change the component's message.
func (in *interaction) checkCallback(t CallbackType) error {
	allowed := []CallbackType{CallbackMessage, CallbackDeferred}
	switch {
	case in.Type == AutocompleteInteraction:
		allowed = []CallbackType{CallbackChoices}
	case in.source != "":
		allowed = append(allowed, CallbackThinking, CallbackUpdate)
	}
	if in.Type == CommandInteraction || in.Type == ComponentInteraction {
		allowed = append(allowed, CallbackModal)
	}
	if slices.Contains(allowed, t) {
		return nil
	}
	names := make([]string, len(allowed))
	for i, a := range allowed {
		names[i] = fmt.Sprint(int(a))
	}
	return formError("BASE_TYPE_CHOICES", "Value must be one of {"+strings.Join(names, ", ")+"}.", "type")
}

func (w *World) respond(in *interaction, cb Callback) error {
	switch cb.Type {
	case CallbackMessage:
		var p MessageParams
		if err := cb.decode(&p); err != nil {
			return err
		}
		p.Files = cb.Files
		m, err := w.answerWith(in, p)
		if err == nil {
			in.original = m.ID
		}
		return err
	case CallbackDeferred:
		return w.deferAnswer(in, cb)
	case CallbackThinking:
		in.original = in.source
		return nil
	case CallbackUpdate:
		var e MessageEdit
		if err := cb.decode(&e); err != nil {
			return err
		}
		e.Files, in.original = cb.Files, in.source
		_, err := w.editAnswer(in, in.source, e)
		return err
	case CallbackChoices:
		return in.offer(cb)
	}
	return in.openModal(cb)
}

// decode reads the data of an answer; without data it is empty.
func (cb *Callback) decode(into any) error {
	if len(cb.Data) == 0 {
		return nil
	}
	if json.Unmarshal(cb.Data, into) != nil {
		return Refuse(http.StatusBadRequest, 50109)
	}
	return nil
}

// deferAnswer posts a message that says that the answer is to come.
func (w *World) deferAnswer(in *interaction, cb Callback) error {
	var p MessageParams
	if err := cb.decode(&p); err != nil {
		return err
	}
	m := &Message{ID: w.newID(), ChannelID: in.channel.ID}
	m.Timestamp = w.now()
	m.Flags = MessageLoading | p.Flags&MessageEphemeral
	w.signAnswer(in, m)
	w.deliver(in, m)
	in.original = m.ID
	return nil
}

// offer takes the choices that complete what somebody types.
func (in *interaction) offer(cb Callback) error {
	var data any
	if err := catalogue.DecodeBody(cb.Data, &data); err != nil {
		return Refuse(http.StatusBadRequest, 50109)
	}
	choices, form := limits.CheckCompletion(in.focused.Type, data)
	if !form.Empty() {
		return invalidForm(form)
	}
	in.choices = choices
	return nil
}

// openModal shows a modal to the person.
func (in *interaction) openModal(cb Callback) error {
	var modal limits.Object
	if err := cb.decode(&modal); err != nil {
		return err
	}
	if form := limits.CheckModal(modal); !form.Empty() {
		return invalidForm(form)
	}
	in.modal = numbered(modal)
	return nil
}

// inData puts the errors of a form below the member data of the request.
func inData(err error) error {
	refused, ok := errors.AsType[*Error](err)
	if !ok || refused.Form == nil {
		return err
	}
	return invalidForm(&catalogue.FormErrors{Fields: map[string]*catalogue.FormErrors{"data": refused.Form}})
}

// callbackResult says what an answer has done.
func (w *World) callbackResult(in *interaction) *CallbackResult {
	r := &CallbackResult{Interaction: CallbackInteraction{ID: in.ID, Type: in.Type, ChannelID: in.channel.ID, GuildID: in.GuildID}}
	m := w.messageIn(in.channel, in.original)
	if m == nil {
		return r
	}
	loading, ephemeral := m.Flags&MessageLoading != 0, m.Flags&MessageEphemeral != 0
	r.Interaction.MessageID, r.Interaction.Loading, r.Interaction.Ephemeral = m.ID, &loading, &ephemeral
	if in.answer == CallbackMessage || in.answer == CallbackUpdate {
		r.Resource = &CallbackResource{Type: in.answer, Message: w.show(w.app.ID, in.channel, m)}
	}
	return r
}
