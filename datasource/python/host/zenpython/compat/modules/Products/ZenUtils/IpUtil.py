"""`Products.ZenUtils.IpUtil`: addresses, by the standard library."""

import ipaddress
import socket

from twisted.internet import threads

__zenpython_permissive__ = True


class IpAddressError(ValueError):
    """Not an address."""


class InvalidIPRangeError(Exception):
    """Not a range of addresses."""


def isip(ip):
    """Whether the text is an IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(_plain(ip))
    except ValueError:
        return False
    return True


def checkip(ip):
    """True for an address; IpAddressError for anything else."""
    if not isip(ip):
        raise IpAddressError(f"{ip} is an invalid address")
    return True


def get_ip_version(ip):
    """4 or 6; None for what is no address."""
    return ipaddress.ip_address(_plain(ip)).version if isip(ip) else None


def ipToDecimal(ip):
    """The address as a number."""
    checkip(ip)
    return int(ipaddress.ip_address(_plain(ip)))


numbip = ipToDecimal


def strip(ip):
    """The IPv4 or IPv6 address of a number."""
    return str(ipaddress.ip_address(int(ip)))


decimalIpToStr = ipFromDecimal = strip


def ipwrap(ip):
    """An address as object id: IPv6 separators are no id characters."""
    return str(ip).replace(":", "..").replace("%", "...")


def ipunwrap(ip):
    """The address of an object id."""
    return str(ip).replace("...", "%").replace("..", ":")


def maskToBits(netmask):
    """The prefix length of a mask, dotted (255.255.255.0), hexadecimal (0xffffff00) or already a length."""
    text = str(netmask)
    if text.startswith("0x"):
        return bin(int(text, 16)).count("1")
    return int(text) if text.isdigit() else bin(int(ipaddress.IPv4Address(text))).count("1")


def bitsToMask(bits):
    """The dotted mask of a prefix length."""
    return str(ipaddress.IPv4Network((0, int(bits))).netmask)


def getnetstr(ip, netmask):
    """The network address of an address and mask."""
    return str(ipaddress.ip_interface(f"{_plain(ip)}/{maskToBits(netmask)}").network.network_address)


def getHostByName(hostname):
    """The address of a host name, found synchronously; socket errors are raised."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            return socket.getaddrinfo(hostname, None, family)[0][4][0]
        except socket.gaierror:
            if family == socket.AF_INET6:
                raise
    return None


def asyncIpLookup(name):
    """A Deferred of the address of a host name."""
    return threads.deferToThread(getHostByName, name)




def _plain(ip):
    return str(ip).partition("%")[0].strip()
