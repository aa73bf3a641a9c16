from . import schema


class Disk(schema.Disk):
    """What the pack adds to its disks."""

    def pool_name(self):
        pool = self.pool()
        return pool.titleOrId() if pool else None

    def getRRDTemplates(self):
        if self.size == 0:
            return []
        templates = super(Disk, self).getRRDTemplates()
        extra = self.getRRDTemplateByName("BigDisk")
        return templates + [extra] if extra and self.size > 1000 else templates

    def broken(self):
        raise RuntimeError("no answer")

    @property
    def worn(self):
        return 1 / 0

    def itself(self):
        return self
