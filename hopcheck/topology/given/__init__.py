"""What cases have given: named preparations, each a function of a `Scene` that may return further values for ``${…}``.

A case says ``given: NAME``; the function marked ``@given(NAME)`` in a module of this package (one for each role) is
called before its request is sent. It acts as a host (`Scene.guest`), as a caller (`Scene.ask`, `Scene.dispatch`,
`Scene.upload`), in Cloud Connector's place (`Scene.tell_host`), or stops and starts what there is. It waits for what
it brought about: by the trace (`Scene.wait`) where an event tells, by asking until the answer is right
(`Scene.until`) or by `Scene.fence` where none does.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from hopcheck.topology.given.known import GIVEN, Preparation, given

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["GIVEN", "Preparation", "given"]
