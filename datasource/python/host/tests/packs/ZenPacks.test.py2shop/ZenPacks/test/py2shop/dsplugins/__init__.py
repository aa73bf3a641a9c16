import Service
from Till import Till
from Report import Report
