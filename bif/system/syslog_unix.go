//go:build unix

package system

import "log/syslog"

// logSystem sends one line to the system log, as the reference does: facility local5, level notice. Without a log daemon it is lost.
func logSystem(tag, msg string) {
	w, err := syslog.New(syslog.LOG_LOCAL5|syslog.LOG_NOTICE, tag)
	if err != nil {
		return
	}
	defer w.Close()
	w.Notice(msg)
}
