package python

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/zenpython/zenpython/datasource"
)

// victimVariable makes the test binary a daemon that is to be killed: it holds the Python to use.
const victimVariable = "ZENPYTHON_TEST_VICTIM"

// victim starts a worker whose task starts a grandchild in a session of its own, prints all process ids and waits.
func victim() {
	results := make(chan Result, 1)
	w, err := Start(context.Background(), Options{
		Python: os.Getenv(victimVariable), Args: []string{"testdata/echo_worker.py"}, Logger: newLogger(&logBuffer{}),
		Handlers: Handlers{Result: func(_ *Worker, r Result) { results <- r }},
	})
	if err == nil {
		err = w.Configure(Task{ID: 1, PluginClassname: "grandchild", Config: &datasource.Config{}})
	}
	if err == nil {
		err = w.Collect(Run{ID: 1, Task: 1})
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(w.proc.guard.Process.Pid, strings.Trim(fmt.Sprint((<-results).Data.Events[0]["pids"]), "[]"))
	select {}
}

// alive are those of the processes that still run; a zombie does not.
func alive(pids []int) []int {
	var left []int
	for _, pid := range pids {
		stat, err := os.ReadFile(procPath(pid, "stat"))
		if err == nil && !strings.Contains(string(stat), ") Z ") {
			left = append(left, pid)
		}
	}
	return left
}

func pidsOf(t *testing.T, text string) []int {
	t.Helper()
	var pids []int
	for word := range strings.FieldsSeq(text) {
		pid, err := strconv.Atoi(word)
		if err != nil {
			t.Fatalf("the victim said %q", text)
		}
		pids = append(pids, pid)
	}
	return pids
}

func TestNothingOutlivesAKilledDaemon(t *testing.T) {
	daemon := exec.CommandContext(t.Context(), os.Args[0])
	daemon.Env = append(os.Environ(), victimVariable+"="+testPython(t))
	out, err := daemon.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pids := pidsOf(t, line)
	if left := alive(pids); len(left) != 4 {
		t.Fatalf("of guard, worker, child and grandchild %v run %v", pids, left)
	}
	if err := daemon.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	_ = daemon.Wait()
	eventually(t, "all processes of the killed daemon are gone", func() bool { return len(alive(pids)) == 0 })
}

// However a worker ends, its descendants end with it, before Exit is told.
func TestNothingOutlivesAWorker(t *testing.T) {
	ends := map[string]func(*rig){
		"killed":    func(r *rig) { r.Kill("test") },
		"drained":   func(r *rig) { r.Close(r.t.Context()) },
		"crashed":   func(r *rig) { _ = syscall.Kill(r.PID(), syscall.SIGSEGV) },
		"no guard":  func(r *rig) { _ = r.proc.guard.Process.Kill() },
		"no answer": func(r *rig) { _ = syscall.Kill(r.PID(), syscall.SIGSTOP); closeNow(r) },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			r := startEcho(t, "", nil)
			mustConfigure(t, r, testTask(1, "grandchild"))
			mustCollect(t, r, 1, 1)
			pids := []int{r.proc.guard.Process.Pid}
			for _, pid := range receive(t, r.results).Data.Events[0]["pids"].([]any) {
				pids = append(pids, int(pid.(int64)))
			}
			end(r)
			exit := receive(t, r.exits)
			if name == "no guard" {
				// Without a guard the death signal and the process group are what is left: the grandchild is in neither.
				_ = syscall.Kill(pids[3], syscall.SIGKILL)
				eventually(t, "worker and child are gone", func() bool { return len(alive(pids)) == 0 })
				if exit.Status.Err == "" {
					t.Errorf("status %+v", exit.Status)
				}
				return
			}
			if left := alive(pids); len(left) > 0 {
				t.Errorf("of guard, worker, child and grandchild %v run %v", pids, left)
			}
		})
	}
}

func closeNow(r *rig) {
	ctx, cancel := context.WithCancel(r.t.Context())
	cancel()
	r.Close(ctx)
}

func TestGuardRefusesBadArguments(t *testing.T) {
	for _, user := range []string{"x:y", "1", "-1:2", "1:99999999999"} {
		if c, err := parseCredential(user); err == nil {
			t.Errorf("user %q gave %+v", user, c)
		}
	}
	if c, err := parseCredential("12:34"); err != nil || c.Uid != 12 || c.Gid != 34 {
		t.Errorf("12:34 gave %+v, error %v", c, err)
	}
}

func TestWorkerRunsAsAnotherUser(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can choose a user")
	}
	// Any program will do, and a Python in the checkout may be out of another user's reach.
	opts := echoOptions(t, &logBuffer{}, "")
	opts.Python, opts.Args = "/bin/sh", []string{"-c", "id -u >&2; id -g >&2; id -G >&2; exit 3"}
	opts.Credential = &Credential{UID: 65534, GID: 65533}
	_, err := Start(t.Context(), opts)
	if err == nil || !strings.Contains(err.Error(), "exit status 3; it wrote: 65534 | 65533 | 65533") {
		t.Errorf("error %v", err)
	}
}

func TestHeartbeatSeesAStoppedWorker(t *testing.T) {
	r := startEcho(t, "", nil)
	first := r.Beat()
	eventually(t, "beats come", func() bool { return r.Beat().Sent.After(first.Sent) && r.Beat().Threads > 0 })
	if err := syscall.Kill(r.PID(), syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the worker is blocked", func() bool {
		now := time.Now()
		return r.Beat().Blocked(now) > time.Second && r.Beat().Age(now) > time.Second
	})
	r.Kill("blocked")
	if exit := receive(t, r.exits); exit.Reason != "blocked" || exit.Status.Signal != syscall.SIGKILL {
		t.Errorf("exit %+v", exit)
	}
}

func TestHeartbeatNamesTheHook(t *testing.T) {
	r := startEcho(t, "", func(o *Options) {
		o.Describe = func(_, run uint64) []any { return []any{"while", run} }
	})
	mustConfigure(t, r, testTask(1, "stuck"))
	mustCollect(t, r, 9, 1)
	eventually(t, "the beat names the run", func() bool { return r.Beat().Run == 9 })
	if b := r.Beat(); b.HookSince.IsZero() || b.HookSince.After(b.Sent) {
		t.Errorf("beat %+v", b)
	}
}
