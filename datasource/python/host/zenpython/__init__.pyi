"""Types of the names that plugins import from zenpython."""

from collections.abc import Awaitable, Generator, Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any, ClassVar, NamedTuple, TypeAlias

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

Component: TypeAlias = str | None
"""The id of a component; None is the device."""
Value: TypeAlias = Any
"""A number, text with one, None, (value, time), or a list of those; time is in seconds or "N" for now."""
Data: TypeAlias = Mapping[str, Any]
"""A result: any of events, values, metrics, maps, interval."""
HookResult: TypeAlias = Data | Failure | Deferred[Any] | Awaitable[Any] | Generator[Any, Any, Any] | None

ZenEventClasses: ModuleType

def prepId(id: Any, subchar: str = "_") -> str: ...

class Metric(NamedTuple):
    name: str
    value: Any
    timestamp: float
    tags: dict[str, Any]

class DataPointConfig:
    id: str
    dpName: str
    component: Component
    rrdPath: str
    rrdType: str
    rrdCreateCommand: str
    rrdMin: Any
    rrdMax: Any
    metadata: dict[str, Any]
    tags: dict[str, str]
    def __getattr__(self, name: str) -> Any: ...

class PythonDataSourceConfig:
    device: str
    manageIp: str | None
    component: Component
    template: str
    datasource: str
    config_key: tuple[Any, ...]
    params: dict[str, Any]
    cycletime: int
    eventClass: str | None
    eventKey: str | None
    severity: int
    plugin_classname: str
    points: list[DataPointConfig]
    def getEventKey(self, point: DataPointConfig) -> str: ...
    # Proxy attributes.
    def __getattr__(self, name: str) -> Any: ...

class DeviceProxy:
    id: str
    configId: str
    manageIp: str | None
    deviceGuid: str | None
    datasources: list[PythonDataSourceConfig]
    thresholds: list[Any]

class RemoteService:
    name: str
    def callRemote(self, method: str, *args: Any, **kwargs: Any) -> Deferred[Any]: ...

class PythonDataSourcePlugin:
    proxy_attributes: ClassVar[Iterable[str]]
    startDelay: ClassVar[float]
    event_loop: ClassVar[str]
    def __init__(self, config: DeviceProxy | None = None) -> None: ...
    @classmethod
    def config_key(cls, datasource: Any, context: Any) -> tuple[Any, ...]: ...
    @classmethod
    def params(cls, datasource: Any, context: Any) -> Mapping[str, Any]: ...
    @staticmethod
    def new_data() -> dict[str, Any]: ...
    @staticmethod
    def new_metric(
        name: str, value: Any, timestamp: float | None = None, tags: Mapping[str, Any] | None = None
    ) -> Metric: ...
    def collect(self, config: DeviceProxy) -> HookResult: ...
    def onResult(self, result: Any, config: DeviceProxy) -> HookResult: ...
    def onSuccess(self, result: Any, config: DeviceProxy) -> HookResult: ...
    def onError(self, result: Failure, config: DeviceProxy) -> HookResult: ...
    def onComplete(self, result: Any, config: DeviceProxy) -> HookResult: ...
    def cleanup(self, config: DeviceProxy) -> Any: ...
    # Set on the instance by the worker.
    def getService(self, service_name: str, listener: Any = None) -> Deferred[RemoteService]: ...
    def changeInterval(self, seconds: float) -> None: ...
    def publishData(self, data: Data) -> Deferred[None]: ...
    def publishEvents(self, events: Iterable[Mapping[str, Any]]) -> Deferred[None]: ...
    def publishValues(self, values: Mapping[Component, Mapping[str, Value]]) -> Deferred[None]: ...
    def publishMetrics(self, metrics: Iterable[Metric]) -> Deferred[None]: ...
    def publishMaps(self, maps: Iterable[ObjectMap | RelationshipMap]) -> Deferred[None]: ...

class PythonDataSource:
    sourcetypes: ClassVar[tuple[str, ...]]
    sourcetype: str
    plugin_classname: str | None
    cycletime: str
    def __getattr__(self, name: str) -> Any: ...

class ObjectMap:
    compname: str
    modname: str
    classname: str
    plugin_name: str
    def __init__(
        self,
        data: Mapping[str, Any] = ...,
        compname: str = "",
        modname: str = "",
        classname: str = "",
        plugin_name: str = "",
    ) -> None: ...
    def items(self) -> Iterable[tuple[str, Any]]: ...
    def __getattr__(self, name: str) -> Any: ...
    def __setattr__(self, name: str, value: Any) -> None: ...

class RelationshipMap:
    relname: str
    compname: str
    modname: str
    parentId: str
    plugin_name: str
    maps: list[ObjectMap]
    def __init__(
        self,
        relname: str = "",
        compname: str = "",
        modname: str = "",
        objmaps: Iterable[ObjectMap | Mapping[str, Any]] = (),
        parentId: str = "",
        plugin_name: str = "",
    ) -> None: ...
    def __iter__(self) -> Iterator[ObjectMap]: ...
    def append(self, obj: ObjectMap) -> None: ...
    def extend(self, objmaps: Iterable[ObjectMap]) -> None: ...

class MultiArgs:
    args: tuple[Any, ...]
    def __init__(self, *args: Any) -> None: ...

class RunningTimeoutError(Exception): ...

class RemoteError(Exception):
    kind: str
    traceback: str
