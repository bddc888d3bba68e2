package main

import (
	"fmt"
	"net"
)

// notify tells the service manager how far the program is, as sd_notify(3) does: READY=1 when it serves. Where none asked
// to be told (NOTIFY_SOCKET), it does nothing; one that cannot be told is no reason not to serve.
func (a *app) notify(state string) {
	address, _ := a.env("NOTIFY_SOCKET")
	if address == "" {
		return
	}
	if err := tellManager(address, state); err != nil {
		a.log().Warn("the service manager was not told", "state", state, "error", err)
	}
}

func tellManager(address, state string) error {
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: address, Net: "unixgram"})
	if err != nil {
		return fmt.Errorf("reach the service manager: %w", err)
	}
	defer c.Close()
	_, err = c.Write([]byte(state))
	return err
}
