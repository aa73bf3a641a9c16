import subprocess

from ZenPacks.zenoss.PythonCollector.datasources.PythonDataSource import PythonDataSourcePlugin


class Service(PythonDataSourcePlugin):
    """Is a service up? The command says so in one word."""

    command = ["echo", "active"]

    def collect(self, config):
        data = self.new_data()
        try:
            word = subprocess.check_output(self.command).strip()
        except OSError, e:
            word = e[1]
        if word == "active":
	    severity = 0
        else:
	    severity = 5
        data["events"].append({"summary": "service is %s" % word, "severity": severity})
        return data
