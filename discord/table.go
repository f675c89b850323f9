package discord

import (
	"cmp"
	"html"
	"strconv"
	"strings"
	"unicode"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/lipgloss/table"
)

// Table is what a list of objects looks like to a person: a few columns of text.
type Table struct {
	Columns []string
	Rows    [][]string
}

// column is one column of a kind's table.
type column struct {
	name string
	cell func(o *Object) string
}

// contentColumn is how much of a message's content its row shows, in characters.
const contentColumn = 50

func text(field string) func(*Object) string { return func(o *Object) string { return o.Str(field) } }

func whole(field string) func(*Object) string {
	return func(o *Object) string { return strconv.Itoa(o.Int(field)) }
}

func day(field string) func(*Object) string {
	return func(o *Object) string { return date(o.Str(field)) }
}

func yes(field string) func(*Object) string {
	return func(o *Object) string { return strconv.FormatBool(o.Bool(field)) }
}

func nested(field string, cell func(*Object) string) func(*Object) string {
	return func(o *Object) string {
		if n := o.Object(field); n != nil {
			return cell(n)
		}
		return ""
	}
}

// auditAction names what an entry of the audit log is about, or gives the number of what is too new to have a name here.
func auditAction(o *Object) string {
	actions, _ := EnumNamed("audit_log_action_types")
	return cmp.Or(actions.NameOf(o.Int("action_type")), strconv.Itoa(o.Int("action_type")))
}

var channelColumns = []column{{"ID", text("id")}, {"Name", text("name")}, {"Type", whole("type")}}

// columns gives the columns of the kinds that have some of their own.
var columns = map[Kind][]column{
	KindGuild:   {{"ID", text("id")}, {"Name", text("name")}},
	KindChannel: channelColumns,
	KindThread:  channelColumns,
	KindMessage: {{"ID", text("id")}, {"Author", nested("author", text("username"))}, {"Content", func(o *Object) string {
		return abbreviate(Content(o), contentColumn)
	}}, {"Date", day("timestamp")}},
	KindMember: {{"ID", func(o *Object) string { return string(UserID(o)) }}, {"Name", DisplayName}, {"Joined", day("joined_at")}, {"Roles", func(o *Object) string {
		return strconv.Itoa(len(o.Strings("roles")))
	}}},
	KindUser:         {{"ID", text("id")}, {"Username", text("username")}, {"Name", DisplayName}},
	KindRole:         {{"ID", text("id")}, {"Name", text("name")}, {"Position", whole("position")}, {"Permissions", text("permissions")}},
	KindWebhook:      {{"ID", text("id")}, {"Name", text("name")}, {"Channel", text("channel_id")}},
	KindAttachment:   {{"ID", text("id")}, {"Filename", text("filename")}, {"Size", whole("size")}, {"Type", text("content_type")}},
	KindEmoji:        {{"ID", text("id")}, {"Name", text("name")}, {"Animated", yes("animated")}},
	KindSticker:      {{"ID", text("id")}, {"Name", text("name")}, {"Format", whole("format_type")}},
	KindInvite:       {{"Code", text("code")}, {"Channel", nested("channel", text("name"))}, {"Inviter", nested("inviter", text("username"))}, {"Uses", whole("uses")}},
	KindBan:          {{"ID", func(o *Object) string { return string(UserID(o)) }}, {"Name", DisplayName}, {"Reason", text("reason")}},
	"ScheduledEvent": {{"ID", text("id")}, {"Name", text("name")}, {"Starts", text("scheduled_start_time")}, {"Status", whole("status")}},
	"AuditLogEntry":  {{"ID", text("id")}, {"User", text("user_id")}, {"Action", auditAction}, {"Target", text("target_id")}, {"Reason", text("reason")}},
}

// NewTable shows objects in the columns of their kind. Kinds without columns of their own show their first plain fields.
func NewTable(kind Kind, objects []*Object) Table {
	cols, ok := columns[kind]
	if !ok {
		cols = plainColumns(objects)
	}
	t := Table{}
	for _, c := range cols {
		t.Columns = append(t.Columns, c.name)
	}
	for _, o := range objects {
		row := make([]string, len(cols))
		for i, c := range cols {
			row[i] = c.cell(o)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// plainColumnsMost bounds the columns of objects that have no table of their own.
const plainColumnsMost = 4

func plainColumns(objects []*Object) []column {
	if len(objects) == 0 {
		return nil
	}
	var cols []column
	for _, key := range objects[0].Keys() {
		switch objects[0].Get(key).(type) {
		case string, float64, bool:
		default:
			continue
		}
		cols = append(cols, column{key, func(o *Object) string {
			s, _ := scalar(o.Get(key))
			return strings.Trim(s, `'"`)
		}})
		if len(cols) == plainColumnsMost {
			break
		}
	}
	return cols
}

// Markdown writes the table as Markdown does, for pipes and files.
func (t Table) Markdown() string {
	var b strings.Builder
	row := func(cells []string) {
		b.WriteByte('|')
		for _, c := range cells {
			b.WriteString(" " + strings.ReplaceAll(oneLine(c), "|", `\|`) + " |")
		}
		b.WriteByte('\n')
	}
	row(t.Columns)
	b.WriteString("|" + strings.Repeat("---|", len(t.Columns)) + "\n")
	for _, r := range t.Rows {
		row(r)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Text writes the table for a terminal that is so many cells wide, in aligned columns with lines; 0 means as wide as it needs to be.
// Characters count as many cells as a terminal gives them, and what does not fit is cut.
func (t Table) Text(width int) string {
	rows := make([][]string, len(t.Rows))
	for i, r := range t.Rows {
		rows[i] = make([]string, len(r))
		for j, c := range r {
			rows[i][j] = oneLine(c)
		}
	}
	cell := lipgloss.NewStyle().Padding(0, 1)
	drawn := table.New().Border(lipgloss.RoundedBorder()).Headers(t.Columns...).Rows(rows...).Wrap(false).
		StyleFunc(func(row, _ int) lipgloss.Style {
			if row == table.HeaderRow {
				return cell.Bold(true)
			}
			return cell
		})
	text := drawn.String()
	if width > 0 && lipgloss.Width(text) > width {
		text = drawn.Width(width).String()
	}
	return text
}

// HTML writes the table as an HTML table.
func (t Table) HTML() string {
	var b strings.Builder
	row := func(tag string, cells []string) {
		b.WriteString("<tr>")
		for _, c := range cells {
			b.WriteString("<" + tag + ">" + html.EscapeString(c) + "</" + tag + ">")
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("<table>\n<thead>\n")
	row("th", t.Columns)
	b.WriteString("</thead>\n<tbody>\n")
	for _, r := range t.Rows {
		row("td", r)
	}
	b.WriteString("</tbody>\n</table>")
	return b.String()
}

// oneLine keeps a cell on its line and its control characters off the terminal.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}
