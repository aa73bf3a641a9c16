package events

// A clear closes the open events that share its clear identity (spec §5.8): the component's UUID, where it was
// resolved, or else device and component, together with class and eventKey. Severity and summary do not matter; an
// empty eventKey matches empty eventKeys only.
type clearIdentity struct {
	uuid              string
	device, component string
	class, eventKey   string
}

// clearIdentity returns what a clear must match to close this event; ok is false when nothing can.
func (o *Occurrence) clearIdentity() (id clearIdentity, ok bool) {
	if o.EventClass == "" {
		return clearIdentity{}, false
	}
	if o.ComponentGUID != "" {
		return clearIdentity{uuid: o.ComponentGUID, class: o.EventClass, eventKey: o.EventKey}, true
	}
	return clearIdentity{device: o.Device, component: o.Component, class: o.EventClass, eventKey: o.EventKey}, o.Device != ""
}

// over returns the identity with what it leaves out taken from an older one.
func (id clearIdentity) over(older clearIdentity) clearIdentity {
	if id.eventKey == "" {
		id.eventKey = older.eventKey
	}
	switch {
	case id.uuid != "":
	case older.uuid != "":
		id.uuid, id.device, id.component = older.uuid, "", ""
	case id.component == "":
		id.component = older.component
	}
	return id
}

// reach returns every identity that a clear closes: both forms for each clear class.
func (o *Occurrence) reach(clearClasses []string) []clearIdentity {
	var ids []clearIdentity
	for _, class := range clearClasses {
		if class == "" {
			continue
		}
		if o.ComponentGUID != "" {
			ids = append(ids, clearIdentity{uuid: o.ComponentGUID, class: class, eventKey: o.EventKey})
		}
		if o.Device != "" {
			ids = append(ids, clearIdentity{device: o.Device, component: o.Component, class: class, eventKey: o.EventKey})
		}
	}
	return ids
}
