package maps_test

import (
	"fmt"

	"github.com/zenpython/zenpython/maps"
)

// A plugin's maps reach a device: the first adds a component, the second, found an hour later, changes an attribute, and
// the third finds nothing new.
func ExampleMemory_Apply() {
	model := maps.NewMemory()
	if err := model.AddDevice(maps.Declaration{ID: "web01"}); err != nil {
		fmt.Println(err)
		return
	}
	for _, size := range []int{10, 20, 20} {
		m, err := maps.Parse(map[string]any{
			"compname": "os", "relname": "filesystems", "id": "boot", "modname": "Products.ZenModel.FileSystem", "size": size,
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		result, err := model.Apply("web01", []maps.Map{m})
		fmt.Println(result.Changed, err)
		for _, change := range result.Changes {
			fmt.Println(change.Kind, change.Path, change.Attributes)
		}
	}
	// Output:
	// true <nil>
	// Add Devices/web01/os/filesystems/boot map[size:10]
	// true <nil>
	// Set Devices/web01/os/filesystems/boot map[size:20]
	// false <nil>
}
