package bus

import (
	"errors"
	"fmt"
	"sync"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/introspect"
	"github.com/godbus/dbus/v5/prop"

	"hopcheck.example/worker/internal/logs"
)

const worker = "com.redhat.Yggdrasil1.Worker1"

type signal uint32

const (
	begin   signal = 1
	end     signal = 2
	started signal = 4
	stopped signal = 5
)

// Accept takes a message and returns the work that it makes.
type Accept func(messageID string, metadata map[string]string, data []byte) (work func())

// Worker is the object that yggdrasil dispatches messages to.
type Worker struct {
	conn   *dbus.Conn
	name   string
	path   dbus.ObjectPath
	accept Accept

	lock     sync.Mutex
	stopping bool
	work     sync.WaitGroup
}

// Serve exports a worker of this directive, which wants remote content, owns its name and says that it started.
func Serve(conn *dbus.Conn, directive string, accept Accept) (*Worker, error) {
	made := &Worker{
		conn:   conn,
		name:   worker + "." + directive,
		path:   dbus.ObjectPath("/com/redhat/Yggdrasil1/Worker1/" + directive),
		accept: accept,
	}
	if err := made.export(); err != nil {
		return nil, err
	}
	reply, err := conn.RequestName(made.name, dbus.NameFlagDoNotQueue)
	if err != nil {
		return nil, err
	}
	if reply != dbus.RequestNameReplyPrimaryOwner {
		return nil, fmt.Errorf("the bus name %s has another owner", made.name)
	}
	made.emit(started, "", "")
	return made, nil
}

// Idle refuses further messages, and returns what is closed when none that was accepted has work left.
func (w *Worker) Idle() <-chan struct{} {
	w.lock.Lock()
	w.stopping = true
	w.lock.Unlock()
	idle := make(chan struct{})
	go func() {
		w.work.Wait()
		close(idle)
	}()
	return idle
}

// Stop says that the worker stopped, and gives its name back.
func (w *Worker) Stop() error {
	w.emit(stopped, "", "")
	_, err := w.conn.ReleaseName(w.name)
	return err
}

func (w *Worker) dispatch(_, id, responseTo string, metadata map[string]string, data []byte) *dbus.Error {
	w.lock.Lock()
	defer w.lock.Unlock()
	if w.stopping {
		return dbus.MakeFailedError(errors.New("the worker is about to end"))
	}
	w.emit(begin, id, responseTo)
	work := w.accept(id, metadata, data)
	w.work.Add(1)
	go func() {
		defer w.work.Done()
		work()
		w.emit(end, id, responseTo)
	}()
	return nil
}

func (w *Worker) cancel(_, _, _ string) *dbus.Error {
	return dbus.MakeFailedError(errors.New("a playbook cannot be cancelled"))
}

func (w *Worker) emit(name signal, id, responseTo string) {
	if err := w.conn.Emit(w.path, worker+".Event", uint32(name), id, responseTo, map[string]string{}); err != nil {
		logs.Error("cannot emit event %d: %v", name, err)
	}
}

func (w *Worker) export() error {
	methods := map[string]any{"Dispatch": w.dispatch, "Cancel": w.cancel}
	if err := w.conn.ExportMethodTable(methods, w.path, worker); err != nil {
		return err
	}
	properties, err := prop.Export(w.conn, w.path, prop.Map{worker: {
		"Features":      {Value: map[string]string{}, Emit: prop.EmitConst},
		"RemoteContent": {Value: true, Emit: prop.EmitConst},
	}})
	if err != nil {
		return err
	}
	about := introspect.NewIntrospectable(&introspect.Node{
		Name: string(w.path),
		Interfaces: []introspect.Interface{introspect.IntrospectData, prop.IntrospectData, {
			Name: worker,
			Methods: []introspect.Method{
				{Name: "Dispatch", Args: []introspect.Arg{
					in("addr", "s"), in("id", "s"), in("response_to", "s"), in("metadata", "a{ss}"), in("data", "ay"),
				}},
				{Name: "Cancel", Args: []introspect.Arg{in("directive", "s"), in("id", "s"), in("cancel_id", "s")}},
			},
			Signals: []introspect.Signal{{Name: "Event", Args: []introspect.Arg{
				{Name: "name", Type: "u"}, {Name: "message_id", Type: "s"},
				{Name: "response_to", Type: "s"}, {Name: "data", Type: "a{ss}"},
			}}},
			Properties: properties.Introspection(worker),
		}},
	})
	return w.conn.Export(about, w.path, "org.freedesktop.DBus.Introspectable")
}

func in(name, kind string) introspect.Arg {
	return introspect.Arg{Name: name, Type: kind, Direction: "in"}
}
