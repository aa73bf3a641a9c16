package configs

import (
	"fmt"
	"strings"
	"testing"
)

// manyDevices is an inventory of n devices with three tasks each.
func manyDevices(n int) string {
	var b strings.Builder
	b.WriteString(`
zProperties: {zShopPort: 8080}
device_classes:
  /Server/Web:
    zProperties: {zDeviceTemplates: [Web]}
    templates:
      Web:
        datasources:
          DEFAULTS: {type: HTTP, cycletime: 60, url: "http://${dev/manageIp}:${here/zShopPort}/", datapoints: {time: GAUGE, size: GAUGE}}
          a: {}
          b: {}
          c: {}
devices:
  DEFAULTS: {device_class: /Server/Web}
`)
	for i := range n {
		fmt.Fprintf(&b, "  web%06d:\n    manageIp: 10.%d.%d.%d\n    title: web server %d\n    zProperties: {zShopPort: %d}\n    attributes: {rack: r%d}\n",
			i, i>>16, i>>8&255, i&255, i, 8000+i%100, i%40)
	}
	return b.String()
}

// BenchmarkLoad says what reading and checking an inventory costs by its number of devices.
func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		text := []byte(manyDevices(n))
		b.Run(fmt.Sprintf("devices=%d", n), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				l := newLoader(LoadOptions{Types: testTypes()})
				l.addFile("inventory.yaml", text, nil)
				if err := l.read(b.Context()); err != nil {
					b.Fatal(err)
				}
				if inv := l.finish(); len(inv.Devices) != n || len(inv.Problems) > 0 {
					b.Fatalf("%d devices, problems %v", len(inv.Devices), inv.Problems)
				}
			}
		})
	}
}
