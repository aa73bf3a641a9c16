"""`Products.ZenModel.OSProcessMatcher`: which process lines belong to a modeled process set."""

import hashlib
import re

from Products.ZenUtils.Utils import prepId

__zenpython_permissive__ = True


class OSProcessMatcher:
    """Matching by regular expressions; subclasses say where these and the set's id come from."""

    def matches(self, processText):
        """Whether a process (its command and arguments) is included, not excluded and of this set."""
        if not processText or not self._included(processText):
            return False
        return self.generateId(processText) == self.generatedId

    def generateName(self, processText):
        """The name of the set that the process belongs to: its text with the replacement made."""
        return re.sub(self.replaceRegex or "$^", self.replacement or "", processText).strip()

    def generateId(self, processText):
        """The id of the set that the process belongs to: its class's path and its name."""
        path = self.processClassPrimaryUrlPath()
        name = self.generateName(processText)
        return prepId(f"{path}_{hashlib.md5(name.encode('utf-8', 'replace')).hexdigest()}")

    def _included(self, text):
        if not re.search(self.includeRegex, text):
            return False
        return not (self.excludeRegex and re.search(self.excludeRegex, text))


class OSProcessDataMatcher(OSProcessMatcher):
    """A matcher whose parts are given: regexes, replacement, the process class's path and the set's id."""

    def __init__(self, includeRegex, excludeRegex, replaceRegex, replacement, primaryUrlPath, generatedId):
        self.includeRegex, self.excludeRegex = includeRegex, excludeRegex
        self.replaceRegex, self.replacement = replaceRegex, replacement
        self.primaryUrlPath, self.generatedId = primaryUrlPath, generatedId

    def processClassPrimaryUrlPath(self):
        """The path of the process class."""
        return self.primaryUrlPath


class OSProcessClassMatcher(OSProcessMatcher):
    """A matcher for a process class: any set of it."""

    def __init__(self, processClass):
        self.includeRegex, self.excludeRegex = processClass.includeRegex, processClass.excludeRegex
        self.replaceRegex, self.replacement = processClass.replaceRegex, processClass.replacement
        self._path = processClass.getPrimaryUrlPath()

    def processClassPrimaryUrlPath(self):
        """The path of the process class."""
        return self._path

    def matches(self, processText):
        """Whether the process is included and not excluded."""
        return bool(processText) and self._included(processText)
