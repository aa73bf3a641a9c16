package python

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
)

// processTree is the machine's processes: parent → children.
type processTree map[int][]int

// readTree reads the tree from /proc.
func readTree() (processTree, error) {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	tree := make(processTree, len(entries))
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if parent, ok := parentOf(pid); ok {
			tree[parent] = append(tree[parent], pid)
		}
	}
	return tree, nil
}

// parentOf reads the parent from /proc/PID/stat; false when the process has gone meanwhile.
func parentOf(pid int) (int, bool) {
	stat, err := os.ReadFile(procPath(pid, "stat"))
	if err != nil {
		return 0, false
	}
	// "PID (name) S PPID …", where the name may hold anything.
	after := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(after) < 2 {
		return 0, false
	}
	parent, err := strconv.Atoi(string(after[1]))
	return parent, err == nil
}

// below returns all descendants of a process.
func (t processTree) below(pid int) []int {
	found := append([]int(nil), t[pid]...)
	for i := 0; i < len(found); i++ {
		found = append(found, t[found[i]]...)
	}
	return found
}

// usageOf adds up what a process and its descendants hold. Processes that end meanwhile count nothing.
func usageOf(pid int) (Usage, error) {
	tree, err := readTree()
	if err != nil {
		return Usage{}, fmt.Errorf("reading what python workers use: %w", err)
	}
	var u Usage
	for _, p := range append([]int{pid}, tree.below(pid)...) {
		if rss, ok := rssOf(p); ok {
			u.RSS += rss
			u.Processes++
		}
	}
	fds, err := os.ReadDir(procPath(pid, "fd"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return u, fmt.Errorf("counting the file descriptors of a python worker: %w", err)
	}
	u.FDs = len(fds)
	return u, nil
}

func rssOf(pid int) (int64, bool) {
	statm, err := os.ReadFile(procPath(pid, "statm"))
	if err != nil {
		return 0, false
	}
	fields := bytes.Fields(statm)
	if len(fields) < 2 {
		return 0, false
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	return pages * int64(os.Getpagesize()), err == nil
}

func procPath(pid int, name string) string { return "/proc/" + strconv.Itoa(pid) + "/" + name }
