package python

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Files that a guard inherits; the process gets the last two as 3 and 4.
const (
	guardControl = 3 + iota
	guardFrames
	guardBeats
)

// GuardMain does a guard's work when this process was started as one, and reports whether it was. Main calls it before
// anything else and returns when it is true. The process exits here with the status of the Python process, 128 + its
// signal, when that is not 0.
func GuardMain() bool {
	if os.Args[0] != guardName {
		return false
	}
	// The kernel's death signal, the second line of defence, follows the thread that forks.
	runtime.LockOSThread()
	if code := guard(os.Args[1:]); code != 0 {
		os.Exit(code)
	}
	return true
}

type guardian struct{ control *os.File }

// guard starts the process that args name, after the user to run it as, and returns its status.
func guard(args []string) int {
	for _, fd := range []int{guardControl, guardFrames, guardBeats} {
		syscall.CloseOnExec(fd)
	}
	g := guardian{control: os.NewFile(guardControl, "control")}
	// Orders come by the control socket alone: a terminal's Ctrl-C or a service manager's SIGTERM is the daemon's to
	// answer. Taken, not ignored, since the process would inherit that.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	pid, err := startGuarded(args)
	if err != nil {
		const cannotRun = 126
		g.say(wordFailed, err.Error())
		return cannotRun
	}
	// What only the process may hold, so that its end is the end of the streams.
	_ = syscall.Close(guardFrames)
	_ = syscall.Close(guardBeats)
	g.say(wordPID, strconv.Itoa(pid))
	go g.obey()
	status := reapUntil(pid)
	killRest()
	return g.tell(status)
}

func startGuarded(args []string) (int, error) {
	const prSetChildSubreaper = 36
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, prSetChildSubreaper, 1, 0); errno != 0 {
		return 0, fmt.Errorf("becoming a subreaper: %w", errno)
	}
	if len(args) < 2 {
		return 0, errors.New("a guard is started by the daemon alone")
	}
	credential, err := parseCredential(args[0])
	if err != nil {
		return 0, err
	}
	argv := args[1:]
	pid, err := syscall.ForkExec(argv[0], argv, &syscall.ProcAttr{
		Env:   os.Environ(),
		Files: []uintptr{0, 1, 2, guardFrames, guardBeats},
		Sys:   &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL, Credential: credential},
	})
	if err != nil {
		return 0, fmt.Errorf("starting %s: %w", argv[0], err)
	}
	return pid, nil
}

// parseCredential reads UID:GID.
func parseCredential(text string) (*syscall.Credential, error) {
	if text == asSelf {
		return nil, nil
	}
	uid, gid, _ := strings.Cut(text, ":")
	const base, bits = 10, 32
	u, err1 := strconv.ParseUint(uid, base, bits)
	g, err2 := strconv.ParseUint(gid, base, bits)
	if err := errors.Join(err1, err2); err != nil {
		return nil, fmt.Errorf("user %q: %w", text, err)
	}
	return &syscall.Credential{Uid: uint32(u), Gid: uint32(g)}, nil
}

// obey waits for the order to kill: any byte, or the end of the stream. The reaping stays with reapUntil.
func (g guardian) obey() {
	_, _ = g.control.Read(make([]byte, 1))
	killDescendants()
	time.Sleep(killPatience)
	g.say(wordFailed, "killed processes did not end within "+killPatience.String())
	os.Exit(1)
}

// reapUntil reaps the process and every orphan that comes to its subreaper, until the process itself has ended.
func reapUntil(pid int) syscall.WaitStatus {
	for {
		reaped, status, err := reap()
		if err != nil || reaped == pid {
			return status
		}
	}
}

// killRest kills and reaps until nothing is left. Each reaped one may leave orphans, and may have forked after the last
// look: so it looks again each time. What it finds ends, so the wait for the next one ends too.
func killRest() {
	for {
		killDescendants()
		if _, _, err := reap(); err != nil {
			return
		}
	}
}

// reap waits for any child to end; the error is that there is none.
func reap() (pid int, status syscall.WaitStatus, err error) {
	for {
		pid, err = syscall.Wait4(-1, &status, 0, nil)
		if !errors.Is(err, syscall.EINTR) {
			return pid, status, err
		}
	}
}

func killDescendants() {
	tree, err := readTree()
	if err != nil {
		return // no /proc: nothing else can be found than what the death signal reaches
	}
	for _, pid := range tree.below(os.Getpid()) {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}

// tell passes the status on and returns it as an exit code.
func (g guardian) tell(status syscall.WaitStatus) int {
	if status.Signaled() {
		const signalled = 128
		g.say(wordSignal, strconv.Itoa(int(status.Signal())))
		return signalled + int(status.Signal())
	}
	g.say(wordExit, strconv.Itoa(status.ExitStatus()))
	return status.ExitStatus()
}

// say tells the daemon, which may be gone.
func (g guardian) say(word, rest string) {
	_, _ = fmt.Fprintf(g.control, "%s %s\n", word, strings.ReplaceAll(rest, "\n", " "))
}

// killGroup kills the process group of a Python process whose guard is gone.
func killGroup(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) }
