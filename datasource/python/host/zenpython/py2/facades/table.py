"""Which modules translated code gets in another form, and who makes it.

An entry names the modules of Python 3 that a facade stands before, and the function (`module:function`, in this
package) that gives the names which differ. `MOVED` are names that Python 3 does not have; `WRAPPED` it has, with bytes
where Python 2 had `str`; `ABSENT` are third-party modules that have since become part of Python.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """What a facade is made of."""

    modules: tuple[str, ...]
    names: str = ""


MOVED: dict[str, Entry] = {
    "BaseHTTPServer": Entry(("http.server",)),
    "CGIHTTPServer": Entry(("http.server",)),
    "ConfigParser": Entry(("configparser",), "text:config_parser"),
    "Cookie": Entry(("http.cookies",)),
    "DocXMLRPCServer": Entry(("xmlrpc.server",)),
    "HTMLParser": Entry(("html.parser",), "text:html_parser"),
    "Queue": Entry(("queue",)),
    "SimpleHTTPServer": Entry(("http.server",)),
    "SimpleXMLRPCServer": Entry(("xmlrpc.server",)),
    "SocketServer": Entry(("socketserver",)),
    "StringIO": Entry(("io",), "files:string_io"),
    "UserDict": Entry(("collections",), "text:user_dict"),
    "UserList": Entry(("collections",)),
    "UserString": Entry(("collections",)),
    "__builtin__": Entry((), "text:builtin"),
    "anydbm": Entry(("dbm",)),
    "cPickle": Entry(("pickle",), "binary:pickle"),
    "cStringIO": Entry(("io",), "files:string_io"),
    "commands": Entry((), "process:commands"),
    "cookielib": Entry(("http.cookiejar",)),
    "copy_reg": Entry(("copyreg",)),
    "dummy_thread": Entry(("_thread",)),
    "email.Encoders": Entry(("email.encoders",)),
    "email.Header": Entry(("email.header",)),
    "email.MIMEBase": Entry(("email.mime.base",)),
    "email.MIMEImage": Entry(("email.mime.image",)),
    "email.MIMEMultipart": Entry(("email.mime.multipart",)),
    "email.MIMEText": Entry(("email.mime.text",)),
    "email.Utils": Entry(("email.utils",)),
    "exceptions": Entry(("builtins",), "text:exceptions"),
    "htmlentitydefs": Entry(("html.entities",)),
    "httplib": Entry(("http.client",), "http:httplib"),
    "md5": Entry((), "binary:md5"),
    "new": Entry((), "text:new"),
    "repr": Entry(("reprlib",)),
    "robotparser": Entry(("urllib.robotparser",)),
    "sets": Entry((), "text:sets"),
    "sha": Entry((), "binary:sha"),
    "thread": Entry(("_thread",), "text:thread"),
    "urllib2": Entry(("urllib.request", "urllib.error", "urllib.parse"), "http:urllib2"),
    "urlparse": Entry(("urllib.parse",), "http:urlparse"),
    "xml.etree.cElementTree": Entry(("xml.etree.ElementTree",), "text:element_tree"),
    "xmlrpclib": Entry(("xmlrpc.client",), "http:xmlrpclib"),
}

WRAPPED: dict[str, Entry] = {
    "base64": Entry(("base64",), "binary:base64"),
    "binascii": Entry(("binascii",), "binary:binascii"),
    "collections": Entry(("collections",), "text:collections"),
    "gzip": Entry(("gzip",), "files:gzip"),
    "hashlib": Entry(("hashlib",), "binary:hashlib"),
    "hmac": Entry(("hmac",), "binary:hmac"),
    "inspect": Entry(("inspect",), "text:inspect"),
    "io": Entry(("io",), "files:io"),
    "itertools": Entry(("itertools",), "text:itertools"),
    "json": Entry(("json",), "text:json"),
    "lxml.etree": Entry(("lxml.etree",), "text:lxml_etree"),
    "operator": Entry(("operator",), "text:operator"),
    "os": Entry(("os",), "process:os"),
    "pickle": Entry(("pickle",), "binary:pickle"),
    "socket": Entry(("socket",), "sockets:socket"),
    "ssl": Entry(("ssl",), "sockets:ssl"),
    "string": Entry(("string",), "text:string"),
    "struct": Entry(("struct",), "binary:struct"),
    "subprocess": Entry(("subprocess",), "process:subprocess"),
    "sys": Entry(("sys",), "text:sys"),
    "tempfile": Entry(("tempfile",), "files:tempfile"),
    "time": Entry(("time",), "text:time"),
    "twisted.internet.protocol": Entry(("twisted.internet.protocol",), "protocols:protocol"),
    "twisted.internet.utils": Entry(("twisted.internet.utils",), "twisted_internet:utils"),
    "twisted.protocols.basic": Entry(("twisted.protocols.basic",), "protocols:basic"),
    "twisted.web.client": Entry(("twisted.web.client",), "web:client"),
    "twisted.web.http_headers": Entry(("twisted.web.http_headers",), "web:http_headers"),
    "ZenPacks.zenoss.PythonCollector.web.client": Entry(
        ("ZenPacks.zenoss.PythonCollector.web.client",), "web:collector_client"
    ),
    "types": Entry(("types",), "text:types"),
    "urllib": Entry(("urllib.request", "urllib.parse", "urllib"), "http:urllib_"),
    "xml.etree.ElementTree": Entry(("xml.etree.ElementTree",), "text:element_tree"),
    "zlib": Entry(("zlib",), "binary:zlib"),
}

ABSENT: dict[str, Entry] = {
    "elementtree.ElementTree": Entry(("xml.etree.ElementTree",), "text:element_tree"),
    "simplejson": Entry(("json",), "text:json"),
}
