package sqlite

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"

	lua "github.com/yuin/gopher-lua"

	"cordial/runtime"
	"cordial/runtime/bind"
)

// database is the Go side of a Database object.
type database struct {
	*module
	db     *DB
	inside *runtime.Task // whose transaction goes on, nil for none; with the Lua state held
}

func (m *module) class() bind.Class {
	statement := []bind.Param{
		{Name: "sql", Type: bind.String, Required: true},
		{Name: "values", Type: valueType, Rest: true, Doc: "of the parameters, ? or ?1, ?2, …: strings, numbers, true and false (1 and 0); nil and json.null are NULL"},
	}
	return bind.Class{
		Name: "Database", Doc: "An open SQLite database. NULL is nil; an integer that a number cannot hold, such as an id, is a string.",
		Methods: []bind.Func{
			{
				Name: "exec", Doc: "Runs a statement that gives no rows, or several without parameters.", Params: statement,
				Returns: "the number of rows that were changed, the rowid of the last one inserted",
				Example: `db:exec("INSERT INTO visits (user, at) VALUES (?, ?)", user.id, os.time())`, Call: method((*database).exec),
			},
			{
				Name: "rows", Doc: "Reads all rows of a query, each a table by the names of the columns.", Params: statement, Returns: "list of table",
				Example: `for _, row in ipairs(db:rows("SELECT user, count(*) AS n FROM visits GROUP BY user")) do print(row.user, row.n) end`,
				Call: method(func(d *database, c *bind.Call) (any, error) {
					columns, rows, err := d.read(c, math.MaxInt)
					return tables(c.Registry(), columns, rows), err
				}),
			},
			{
				Name: "row", Doc: "Reads the first row of a query.", Params: statement, Returns: "table, or nil",
				Example: `local n = db:row("SELECT count(*) AS n FROM visits").n`,
				Call: method(func(d *database, c *bind.Call) (any, error) {
					columns, rows, err := d.read(c, 1)
					if err != nil || len(rows) == 0 {
						return nil, err
					}
					return table(c.Registry(), columns, rows[0]), nil
				}),
			},
			{
				Name: "each", Doc: "Walks the rows of a query, of which few are in memory at a time. What changes meanwhile may be seen or not.",
				Params: statement, Returns: "iterator", Example: `for row in db:each("SELECT * FROM visits ORDER BY at") do print(row.user) end`,
				Call: method((*database).each),
			},
			{
				Name: "transaction",
				Doc: "Calls a function. What it writes is there all at once when it returns, and not at all when it fails. Other tasks that use the database " +
					"wait until then.",
				Params:  []bind.Param{{Name: "fn", Type: bind.Function, Required: true}},
				Returns: "what the function returns",
				Example: "db:transaction(function()\n  db:exec(\"UPDATE accounts SET coins = coins - 5 WHERE user = ?\", from)\n" +
					"  db:exec(\"UPDATE accounts SET coins = coins + 5 WHERE user = ?\", to)\nend)",
				Call: method((*database).transaction),
			},
			{Name: "close", Doc: "Closes the database. A second time does nothing.", Call: method((*database).close)},
		},
		Fields:   []bind.Field{{Name: "path", Type: "string", Doc: "As it was opened.", Get: func(self any) (any, error) { return self.(*database).db.options.Name, nil }}},
		ToString: func(self any) string { return fmt.Sprintf("Database(%q)", self.(*database).db.options.Name) },
	}
}

// method makes the Call of a method.
func method(fn func(d *database, c *bind.Call) (any, error)) func(*bind.Call) (any, error) {
	return func(c *bind.Call) (any, error) { return fn(c.Self.(*database), c) }
}

// use does something with the database while other tasks run. Inside of a transaction the task has the turn already.
func (d *database) use(c *bind.Call, work func(ctx context.Context) error) error {
	if d.inside != nil && d.inside == d.host.Task(c.L) {
		return c.Wait(work)
	}
	return c.Wait(func(ctx context.Context) error {
		if err := d.db.enter(ctx); err != nil {
			return err
		}
		defer d.db.leave()
		return work(ctx)
	})
}

// call is the SQL of a call with its values.
func call(c *bind.Call) (text string, args []any, err error) {
	text, args = c.String("sql"), arguments(c.Args())
	return text, args, checkValues(text, len(args))
}

// changes are statements that tell how many rows they have changed; after others SQLite still has the last one's number.
var changes = regexp.MustCompile(`(?i)^\s*(INSERT|REPLACE|UPDATE|DELETE|WITH)\b`)

func (d *database) exec(c *bind.Call) (any, error) {
	text, args, err := call(c)
	if err != nil {
		return nil, err
	}
	var changed, id int64
	err = d.use(c, func(ctx context.Context) error {
		result, err := d.db.exec(ctx, text, args)
		if err == nil && changes.MatchString(text) {
			changed, _ = result.RowsAffected() // the driver has them, and no errors
			id, _ = result.LastInsertId()
		}
		return err
	})
	return bind.Values{changed, id}, err
}

func (d *database) read(c *bind.Call, limit int) (columns []string, rows [][]any, err error) {
	text, args, err := call(c)
	if err != nil {
		return nil, nil, err
	}
	err = d.use(c, func(ctx context.Context) (err error) {
		columns, rows, err = d.db.all(ctx, text, args, limit)
		return err
	})
	return columns, rows, err
}

// each begins the query at once, so that its errors are those of this line.
func (d *database) each(c *bind.Call) (any, error) {
	text, args, err := call(c)
	if err != nil {
		return nil, err
	}
	var rows *Rows
	var page [][]any
	read := func(ctx context.Context) (err error) {
		page, err = rows.page(ctx, text)
		return err
	}
	err = d.use(c, func(ctx context.Context) (err error) {
		if rows, err = d.db.query(ctx, text, args); err != nil {
			return err
		}
		return read(ctx)
	})
	if err != nil {
		return nil, err
	}
	return bind.Iterator(func(c *bind.Call) (any, error) {
		if len(page) == 0 {
			if err := d.use(c, read); err != nil || len(page) == 0 {
				return nil, err
			}
		}
		row := page[0]
		page = page[1:]
		return table(c.Registry(), rows.columns, row), nil
	}), nil
}

func (d *database) transaction(c *bind.Call) (any, error) {
	task := d.host.Task(c.L)
	if d.inside != nil && d.inside == task {
		return nil, fmt.Errorf("%s: a transaction goes on already, and there are none inside another", c.Name())
	}
	begun := false
	err := c.Wait(func(ctx context.Context) error {
		if err := d.db.enter(ctx); err != nil {
			return err
		}
		if err := d.db.begin(ctx); err != nil {
			d.db.leave()
			return err
		}
		begun = true
		return nil
	})
	if !begun {
		return nil, err
	}
	defer d.db.leave()
	var results []lua.LValue
	if err == nil { // the task was not cancelled meanwhile
		d.inside = task
		results, err = d.host.Call(c.L, c.Func("fn"))
		if err == nil {
			err = c.Wait(d.db.commit)
		}
		d.inside = nil
	}
	if err != nil {
		if undo := d.db.rollBack(); undo != nil {
			err = errors.Join(err, undo)
		}
		return nil, err // as it was raised
	}
	values := make(bind.Values, len(results))
	for i, v := range results {
		values[i] = v
	}
	return values, nil
}

func (d *database) close(c *bind.Call) (any, error) {
	if d.inside != nil && d.inside == d.host.Task(c.L) {
		return nil, fmt.Errorf("%s: a transaction goes on; close the database after it", c.Name())
	}
	return nil, c.Wait(func(context.Context) error { return d.module.close(d.db) })
}
