from . import asn1 as asn1
from . import cpu as cpu
from . import kdf as kdf
from . import mac as mac
from . import selftest as selftest
from . import sm2 as sm2
from . import sm3 as sm3
from . import sm4 as sm4
