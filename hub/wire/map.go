package wire

import (
	"errors"
	"fmt"
	"slices"

	"github.com/zenpython/zenpython/maps"
)

// The kinds of maps, the fourth element of a map record.
const (
	kindObject       = "object"
	kindRelationship = "relationship"
)

// MapSize returns the encoded size of a map record, or says why it cannot be sent: ErrTooLarge, attributes nested deeper
// than MaxDepth or of a type that has no form on the wire, no map at all.
func MapSize(m *Map) (int, error) {
	b, err := appendMap(nil, m)
	return len(b), err
}

// appendMap appends [device str, task str, slot int, kind str, body map].
func appendMap(dst []byte, m *Map) ([]byte, error) {
	return appendRecord(dst, func(w recordWriter) error {
		if err := w.EncodeArrayLen(5); err != nil {
			return err
		}
		for _, s := range []string{m.Device, m.Task} {
			if err := w.text(s); err != nil {
				return err
			}
		}
		if err := w.EncodeInt(m.Slot); err != nil {
			return err
		}
		return w.kindAndBody(m.Map)
	})
}

func (w recordWriter) kindAndBody(m maps.Map) error {
	switch m := m.(type) {
	case *maps.ObjectMap:
		if err := w.text(kindObject); err != nil {
			return err
		}
		return w.objectMap(m)
	case *maps.RelationshipMap:
		if err := w.text(kindRelationship); err != nil {
			return err
		}
		return w.relationshipMap(m)
	}
	return errNoMap
}

var errNoMap = errors.New("neither an ObjectMap nor a RelationshipMap")

// objectMap names what is set, in upstream's spelling.
func (w recordWriter) objectMap(m *maps.ObjectMap) error {
	if m == nil {
		return errNoMap
	}
	directive := string(m.Directive)
	texts := setTexts(append(objectTexts(m), textField{"directive", &directive}))
	n := len(texts)
	if len(m.Attributes) > 0 {
		n++
	}
	if err := w.texts(n, texts); err != nil {
		return err
	}
	if len(m.Attributes) == 0 {
		return nil
	}
	if err := w.EncodeString("attributes"); err != nil {
		return err
	}
	if err := w.fields(m.Attributes, 1); err != nil {
		return fmt.Errorf("attribute %w", err)
	}
	return nil
}

func (w recordWriter) relationshipMap(m *maps.RelationshipMap) error {
	if m == nil {
		return errNoMap
	}
	texts := setTexts(relationshipTexts(m))
	if err := w.texts(len(texts)+1, texts); err != nil {
		return err
	}
	if err := w.EncodeString("maps"); err != nil {
		return err
	}
	if err := w.EncodeArrayLen(len(m.Maps)); err != nil {
		return err
	}
	for i, member := range m.Maps {
		if err := w.objectMap(member); err != nil {
			return fmt.Errorf("member %d: %w", i, err)
		}
	}
	return nil
}

// texts writes the head of a map of n and its first entries.
func (w recordWriter) texts(n int, texts []textField) error {
	if err := w.EncodeMapLen(n); err != nil {
		return err
	}
	for _, field := range texts {
		if err := w.EncodeString(field.key); err != nil {
			return err
		}
		if err := w.text(*field.to); err != nil {
			return err
		}
	}
	return nil
}

// textField ties a key of a body to the field of the map that holds it.
type textField struct {
	key string
	to  *string
}

func objectTexts(m *maps.ObjectMap) []textField {
	return []textField{
		{"compname", &m.CompName}, {"relname", &m.RelName}, {"modname", &m.ModName}, {"classname", &m.ClassName},
		{"parentId", &m.ParentID}, {"pluginName", &m.PluginName}, {"id", &m.ID},
	}
}

func relationshipTexts(m *maps.RelationshipMap) []textField {
	return []textField{
		{"compname", &m.CompName}, {"relname", &m.RelName}, {"modname", &m.ModName}, {"parentId", &m.ParentID},
		{"pluginName", &m.PluginName},
	}
}

// setTexts leaves out the empty ones.
func setTexts(texts []textField) []textField {
	return slices.DeleteFunc(texts, func(field textField) bool { return *field.to == "" })
}

func (r recordReader) mapRecord() (m Map, err error) {
	if err := r.array(5); err != nil {
		return m, err
	}
	if m.Device, err = r.text(); err != nil {
		return m, fmt.Errorf("device: %w", err)
	}
	if m.Task, err = r.text(); err != nil {
		return m, fmt.Errorf("task: %w", err)
	}
	if m.Slot, err = r.int(); err != nil {
		return m, fmt.Errorf("slot: %w", err)
	}
	kind, err := r.text()
	if err != nil {
		return m, fmt.Errorf("kind: %w", err)
	}
	switch kind {
	case kindObject:
		m.Map, err = r.objectMap()
	case kindRelationship:
		m.Map, err = r.relationshipMap()
	default:
		return m, fmt.Errorf("kind %.100q, neither %q nor %q", kind, kindObject, kindRelationship)
	}
	if err != nil {
		return m, fmt.Errorf("%s map: %w", kind, err)
	}
	return m, nil
}

func (r recordReader) objectMap() (*maps.ObjectMap, error) {
	m := &maps.ObjectMap{}
	texts := objectTexts(m)
	return m, r.body(func(key string) (err error) {
		switch key {
		case "attributes":
			m.Attributes, err = r.fields(1)
		case "directive":
			var directive string
			directive, err = r.text()
			m.Directive = maps.Directive(directive)
		default:
			err = r.textField(texts, key)
		}
		return err
	})
}

func (r recordReader) relationshipMap() (*maps.RelationshipMap, error) {
	m := &maps.RelationshipMap{}
	texts := relationshipTexts(m)
	return m, r.body(func(key string) (err error) {
		if key == "maps" {
			m.Maps, err = r.members()
			return err
		}
		return r.textField(texts, key)
	})
}

func (r recordReader) members() ([]*maps.ObjectMap, error) {
	n, err := r.arrayLen()
	if err != nil {
		return nil, err
	}
	var members []*maps.ObjectMap // grows: a count alone must not cost memory
	for i := range n {
		member, err := r.objectMap()
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
		members = append(members, member)
	}
	return members, nil
}

// body reads a map whose values read takes by their keys.
func (r recordReader) body(read func(key string) error) error {
	n, err := r.mapLen()
	if err != nil {
		return err
	}
	seen := make([]string, 0, min(n, 16))
	for range n {
		key, err := r.text()
		if err != nil {
			return fmt.Errorf("key: %w", err)
		}
		if slices.Contains(seen, key) {
			return fmt.Errorf("key %.100q stands twice", key)
		}
		seen = append(seen, key)
		if err := read(key); err != nil {
			return fmt.Errorf("%.100q: %w", key, err)
		}
	}
	return nil
}

func (r recordReader) textField(texts []textField, key string) (err error) {
	for _, field := range texts {
		if field.key == key {
			*field.to, err = r.text()
			return err
		}
	}
	return errors.New("unknown key")
}
