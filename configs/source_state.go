package configs

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/cespare/xxhash/v2"
	"github.com/vmihailenco/msgpack/v5"
)

// stateFile keeps an inventory on disk. It holds passwords, so that it is sealed as a whole (AES-256-GCM) with a key in
// a file of its own beside it: whoever gets hold of the one file, from a backup or a support bundle, reads nothing. It
// does not keep out who can read the whole folder as the daemon's user. Both files are 0600.
type stateFile struct {
	folder string
	paths  []string // that the inventory is read from
	saved  uint64   // hash of what is on disk
}

// keptState is what stands in the file.
type keptState struct {
	Paths     []string
	Inventory *Inventory
}

const (
	stateName    = "inventory.good"
	stateKeyName = "inventory.key"
	stateMagic   = "zenpython inventory 1\n"
	stateKeySize = 32
)

// load returns the kept inventory, nil when there is none or it was read from other paths.
func (f *stateFile) load() (*Inventory, error) {
	sealed, err := os.ReadFile(filepath.Join(f.folder, stateName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	key, err := os.ReadFile(filepath.Join(f.folder, stateKeyName))
	if err != nil {
		return nil, err
	}
	plain, err := unseal(key, sealed)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(f.folder, stateName), err)
	}
	kept, err := decodeState(plain)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(f.folder, stateName), err)
	}
	if !slices.Equal(kept.Paths, f.paths) {
		return nil, nil
	}
	f.saved = kept.hash()
	return kept.Inventory, nil
}

// save keeps the inventory in the place of the one kept before. The old one stays until the new one is whole.
func (f *stateFile) save(inv *Inventory) error {
	kept := keptState{f.paths, inv}
	hash := kept.hash()
	if hash == f.saved {
		return nil
	}
	plain, err := kept.encode()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(f.folder, 0o750); err != nil {
		return err
	}
	key, err := f.key()
	if err != nil {
		return err
	}
	sealed, err := seal(key, plain)
	if err != nil {
		return err
	}
	if err := writeWhole(filepath.Join(f.folder, stateName), sealed); err != nil {
		return err
	}
	f.saved = hash
	return nil
}

// key returns the key, a new one when there is none that can be used.
func (f *stateFile) key() ([]byte, error) {
	path := filepath.Join(f.folder, stateKeyName)
	key, err := os.ReadFile(path)
	if err == nil && len(key) == stateKeySize {
		return key, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	key = make([]byte, stateKeySize)
	_, _ = rand.Read(key) // never fails
	return key, writeWhole(path, key)
}

// writeWhole writes a file such that it is there as a whole or not at all, for its owner only.
func writeWhole(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // made 0600
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}

func sealer(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func seal(key, plain []byte) ([]byte, error) {
	aead, err := sealer(key)
	if err != nil {
		return nil, err
	}
	//nolint:gosec // it makes a random nonce of its own
	return aead.Seal([]byte(stateMagic), nil, plain, []byte(stateMagic)), nil
}

func unseal(key, sealed []byte) ([]byte, error) {
	body, ok := bytes.CutPrefix(sealed, []byte(stateMagic))
	if !ok {
		return nil, errors.New("it was not written by this version")
	}
	aead, err := sealer(key)
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, nil, body, []byte(stateMagic))
	if err != nil {
		return nil, errors.New("it is damaged or was sealed with another key")
	}
	return plain, nil
}

// hash tells states apart; their encodings are in no fixed order.
func (k keptState) hash() uint64 { return xxhash.Sum64(appendCanonical(nil, k)) }

func (k keptState) encode() ([]byte, error) {
	plain, err := msgpack.Marshal(k)
	if err != nil {
		return nil, fmt.Errorf("encoding the inventory: %w", err)
	}
	return plain, nil
}

func decodeState(plain []byte) (*keptState, error) {
	k := &keptState{Inventory: &Inventory{}}
	dec := msgpack.NewDecoder(bytes.NewReader(plain))
	dec.UseLooseInterfaceDecoding(true)
	if err := dec.Decode(k); err != nil {
		return nil, fmt.Errorf("decoding the inventory: %w", err)
	}
	k.Inventory.retype()
	return k, nil
}

// retype gives the values of zProperties the types of their definitions again, which the encoding does not tell.
func (inv *Inventory) retype() {
	values := func(m map[string]any) {
		for name, v := range m {
			if typed, err := inv.ZProperties[name].Coerce(v); err == nil {
				m[name] = typed
			}
		}
	}
	for name, definition := range inv.ZProperties {
		if typed, err := definition.Coerce(definition.Default); err == nil {
			definition.Default = typed
			inv.ZProperties[name] = definition
		}
	}
	for _, class := range inv.DeviceClasses {
		values(class.ZProperties)
	}
	var components func(list []*Component)
	components = func(list []*Component) {
		for _, c := range list {
			values(c.ZProperties)
			components(c.Components)
		}
	}
	for _, d := range inv.Devices {
		values(d.ZProperties)
		components(d.Components)
	}
}
