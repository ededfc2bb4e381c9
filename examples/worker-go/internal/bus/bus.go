// Package bus is the worker on D-Bus: what yggdrasil calls, and what is called of it.
package bus

import (
	"context"
	"os"

	"github.com/godbus/dbus/v5"

	"hopcheck.example/worker/internal/job"
)

const dispatcher = "com.redhat.Yggdrasil1.Dispatcher1"

// Connect returns a connection to the session's bus where there is one, or else to the system's.
func Connect() (*dbus.Conn, error) {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return dbus.ConnectSessionBus()
	}
	return dbus.ConnectSystemBus()
}

// Transmit returns a function that hands uploads to yggdrasil, which makes requests of them.
func Transmit(conn *dbus.Conn) func(ctx context.Context, upload job.Upload) (int, error) {
	object := conn.Object(dispatcher, "/com/redhat/Yggdrasil1/Dispatcher1")
	return func(ctx context.Context, upload job.Upload) (int, error) {
		call := object.CallWithContext(
			ctx, dispatcher+".Transmit", 0,
			upload.Addr, upload.ID, upload.ResponseTo, upload.Metadata, upload.Data,
		)
		var (
			status  int32
			headers map[string]string
			body    []byte
		)
		err := call.Store(&status, &headers, &body)
		return int(status), err
	}
}
