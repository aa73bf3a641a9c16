from . import schema


class Node(schema.Node):
    def getManageIp(self):
        return "10.9.8." + self.id[-1]
