// Package python runs data sources whose plugins are written in Python: in worker processes of its own, under a guard,
// over frames of MessagePack (docs/worker-protocol.md). Workers keep their tasks' plugin instances from run to run; a
// worker that blocks, grows or dies costs what runs in it and nothing else.
package python

import "errors"

// protocolVersion is that of docs/worker-protocol.md; daemon and worker must have the same.
const protocolVersion = 1

// Bounds of a frame: what is larger or deeper ends the connection.
const (
	maxFrameBytes = 64 << 20
	maxDepth      = 100
)

// Frames from daemon to worker.
const (
	frameWelcome uint64 = iota + 1
	frameConfigure
	frameCollect
	frameCancel
	frameDrop
	frameAnswer
	frameBuild
	frameDrain
	frameCredit
)

// Frames from worker to daemon.
const (
	frameHello uint64 = iota + 1
	frameConfigured
	frameStarted
	frameResult
	framePublish
	frameInterval
	frameLog
	frameCleaned
	frameCall
	frameBuilt
	frameBye
)

var (
	errFrameTooLarge = errors.New("the frame is larger than 64 MiB")
	errTooDeep       = errors.New("values lie in each other more than 100 levels deep")
	errCutShort      = errors.New("the frame ends within a value")
)
