package python

import (
	"context"
	"fmt"
	"time"
)

// Description is what the code of packs gives, and how it fares.
type Description struct {
	Types    []SourceType    `json:"types"`
	Classes  []PluginClass   `json:"classes"`
	Problems []PackProblem   `json:"problems"`
	StandIns []StandIn       `json:"stand_ins"`
	Waiting  []WaitingFinder `json:"waiting"`
}

// SourceType is a data source type that a pack's code defines.
type SourceType struct {
	Name            string `json:"name"`             // sourcetype
	Class           string `json:"class"`            // of the data source
	PluginClassname string `json:"plugin_classname"` // "" when each data source says
	CycleTime       string `json:"cycletime"`        // seconds or TALES
	Pack            string `json:"from"`
}

// PluginClass is a plugin class of a pack.
type PluginClass struct {
	Name       string   `json:"name"`
	Pack       string   `json:"from"`
	Path       string   `json:"path"`
	Line       int64    `json:"line"`
	Imports    bool     `json:"imports"`
	Constructs bool     `json:"constructs"`
	Hooks      []string `json:"hooks"`
	Translated []string `json:"translated"` // what was changed on the way from Python 2, by line
	LookAt     []string `json:"look_at"`    // what could not be translated safely
	Err        *Error   `json:"error,omitempty"`
	Advice     string   `json:"advice,omitempty"`
}

// Loads reports whether the class can be imported and constructed.
func (c *PluginClass) Loads() bool { return c.Imports && c.Constructs }

// RaisedAt is where the exception was raised, with the line of code; "" where nothing says it.
func (e *Error) RaisedAt() string {
	if e == nil {
		return ""
	}
	return raisedAt(e.Traceback)
}

// PackProblem is what other code of a pack could not do.
type PackProblem struct {
	Pack string `json:"from"`
	What string `json:"what"` // the kind of thing
	Name string `json:"name"`
	Type string `json:"type"` // of the exception
	Text string `json:"text"`
}

// StandIn is a module of the platform that a pack asked for and got an empty one of.
type StandIn struct {
	Pack       string   `json:"from"`
	Module     string   `json:"module"`
	Attributes []string `json:"attributes"`
}

// WaitingFinder are templates that collect nothing before something has found components of a class.
type WaitingFinder struct {
	Pack           string   `json:"from"`
	ComponentClass string   `json:"component_class"`
	Templates      []string `json:"templates"`
	Modelers       []string `json:"modelers"` // of the pack, that would find them
	Text           string   `json:"text"`
}

// Describe starts a process of the role builder for the packs of its welcome and asks it for all that they define: it
// imports and constructs every plugin class, and runs none. A pack without a name stands for all in its folder.
// limit bounds how long the process may take over one question.
func Describe(ctx context.Context, opts Options, limit time.Duration) (*Description, error) {
	opts.Role, opts.Name = RoleBuilder, string(RoleBuilder)
	p := newBuilderProcess(opts.Logger.Named(opts.Name), limit)
	opts.Handlers = Handlers{Built: p.built, Exit: p.ended}
	var err error
	if p.worker, err = Start(ctx, opts); err != nil {
		return nil, err
	}
	defer p.retire(ctx)
	types, err := p.ask(ctx, methodTypes)
	if err != nil {
		return nil, err
	}
	rows, err := p.ask(ctx, methodClasses)
	if err != nil {
		return nil, err
	}
	return describedBy(types, rows), nil
}

// ask puts one question about all packs and waits for the answer.
func (p *builderProcess) ask(ctx context.Context, method string) ([]any, error) {
	c, err := p.send(&call{subject: "the packs"}, method, map[string]any{})
	if err != nil {
		return nil, err
	}
	switch err := c.wait(ctx); {
	case err != nil:
		return nil, err
	case c.lost != nil:
		return nil, c.lost
	case c.err != nil:
		return nil, fmt.Errorf("asking for the %s of the packs: %w", method, c.err)
	}
	return listOf(c.value), nil
}

func describedBy(types, rows []any) *Description {
	d := &Description{
		Types: []SourceType{}, Classes: []PluginClass{}, Problems: []PackProblem{}, StandIns: []StandIn{}, Waiting: []WaitingFinder{},
	}
	for _, item := range types {
		m := row(item)
		if name := m.text("sourcetype"); name != pythonSource {
			d.Types = append(d.Types, SourceType{name, m.text("class"), m.text("plugin_classname"), m.text("cycletime"), m.text("pack")})
		}
	}
	for _, item := range rows {
		d.take(row(item))
	}
	return d
}

func (d *Description) take(m describedRow) {
	switch pack := m.text("pack"); m.text("kind") {
	case "class":
		line, _ := m["line"].(int64)
		c := PluginClass{
			Name: m.text("name"), Pack: pack, Path: m.text("path"), Line: line, Hooks: m.texts("hooks"),
			Translated: m.texts("translated"), LookAt: m.texts("look_at"), Advice: m.text("advice"), Err: fields{m["error"]}.exception(0),
		}
		c.Imports, _ = m["imports"].(bool)
		c.Constructs, _ = m["constructs"].(bool)
		d.Classes = append(d.Classes, c)
	case "problem":
		d.Problems = append(d.Problems, PackProblem{pack, m.text("what"), m.text("name"), m.text("type"), m.text("text")})
	case "stand_in":
		d.StandIns = append(d.StandIns, StandIn{pack, m.text("module"), m.texts("attributes")})
	case "waiting":
		d.Waiting = append(d.Waiting, WaitingFinder{pack, m.text("component_class"), m.texts("templates"), m.texts("modelers"), m.text("text")})
	}
}

// describedRow is one row of an answer.
type describedRow map[string]any

func row(item any) describedRow {
	m, _ := item.(map[string]any)
	return m
}

func (m describedRow) text(key string) string {
	s, _ := m[key].(string)
	return s
}

func (m describedRow) texts(key string) []string {
	list := []string{}
	for _, item := range listOf(m[key]) {
		if s, ok := item.(string); ok {
			list = append(list, s)
		}
	}
	return list
}
