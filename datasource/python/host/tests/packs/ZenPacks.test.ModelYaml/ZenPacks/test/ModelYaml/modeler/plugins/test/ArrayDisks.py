class ArrayDisks:
    relname = "disks"
    modname = "ZenPacks.test.ModelYaml.Disk"
