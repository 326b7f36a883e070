"""A graph run by TensorFlow's C library alone, ready in 0.3 s and 300 MB where the Python module takes 2 s and 560 MB.

Only functions of TensorFlow's stable C API are called (`tensorflow/c/c_api.h`). Where the library is not found, as on
Windows, the module does the same.
"""

from __future__ import annotations

import ctypes
import importlib.util
import threading
from collections.abc import Iterable
from ctypes import POINTER, byref, c_char_p, c_int, c_int64, c_size_t, c_void_p
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import ToolError
from tools._models.blueprint import PICTURES, RESULT, Blueprint
from tools._models.runtime import prepare_environment, silence, tensorflow

Tensors = Iterable[tuple[str, NDArray[Any]]]
_TYPES = {"float32": 1, "uint8": 4, "bfloat16": 14}  # TF_DataType
_NAMES = ("libtensorflow_cc.so.2", "libtensorflow_cc.2.dylib")
_starting = threading.Lock()


class _Output(ctypes.Structure):
    """TF_Output: a tensor of a graph."""

    _fields_ = (("operation", c_void_p), ("index", c_int))


_FUNCTIONS: dict[str, tuple[Any, ...]] = {  # name: result, arguments
    "TF_NewStatus": (c_void_p,),
    "TF_DeleteStatus": (None, c_void_p),
    "TF_GetCode": (c_int, c_void_p),
    "TF_Message": (c_char_p, c_void_p),
    "TF_NewGraph": (c_void_p,),
    "TF_DeleteGraph": (None, c_void_p),
    "TF_NewOperation": (c_void_p, c_void_p, c_char_p, c_char_p),
    "TF_SetAttrType": (None, c_void_p, c_char_p, c_int),
    "TF_SetAttrTensor": (None, c_void_p, c_char_p, c_void_p, c_void_p),
    "TF_FinishOperation": (c_void_p, c_void_p, c_void_p),
    "TF_GraphOperationByName": (c_void_p, c_void_p, c_char_p),
    "TF_NewBufferFromString": (c_void_p, c_char_p, c_size_t),
    "TF_DeleteBuffer": (None, c_void_p),
    "TF_NewImportGraphDefOptions": (c_void_p,),
    "TF_DeleteImportGraphDefOptions": (None, c_void_p),
    "TF_ImportGraphDefOptionsAddInputMapping": (None, c_void_p, c_char_p, c_int, _Output),
    "TF_GraphImportGraphDef": (None, c_void_p, c_void_p, c_void_p, c_void_p),
    "TF_NewSessionOptions": (c_void_p,),
    "TF_DeleteSessionOptions": (None, c_void_p),
    "TF_SetConfig": (None, c_void_p, c_char_p, c_size_t, c_void_p),
    "TF_NewSession": (c_void_p, c_void_p, c_void_p, c_void_p),
    "TF_DeleteSession": (None, c_void_p, c_void_p),
    "TF_SessionRun": (
        *(None, c_void_p, c_void_p),
        *(POINTER(_Output), POINTER(c_void_p), c_int),
        *(POINTER(_Output), POINTER(c_void_p), c_int),
        *(c_void_p, c_int, c_void_p, c_void_p),
    ),
    "TF_AllocateTensor": (c_void_p, c_int, POINTER(c_int64), c_int, c_size_t),
    "TF_DeleteTensor": (None, c_void_p),
    "TF_TensorData": (c_void_p, c_void_p),
    "TF_TensorByteSize": (c_size_t, c_void_p),
    "TF_NumDims": (c_int, c_void_p),
    "TF_Dim": (c_int64, c_void_p, c_int),
}


class Session(Protocol):
    """A graph with its weights."""

    def run(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The result for pictures of shape (pictures, height, width, 3)."""
        ...

    def close(self) -> None:
        """Let go of the memory."""
        ...


def session(blueprint: Blueprint, tensors: Tensors, threads: int) -> Session:
    """A blueprint filled with the values of its slots, to run on `threads` cores."""
    library = start()
    return (
        LibrarySession(library, blueprint, tensors, threads) if library else ModuleSession(blueprint, tensors, threads)
    )


def start() -> Any:
    """The library, or None where there is none. Redirects standard error for a moment: not beside a thread that writes.

    Raises:
        ToolError: TensorFlow is not installed.
    """
    with _starting:
        return _library()


@cache
def _library() -> Any:
    spec = importlib.util.find_spec("tensorflow")
    if spec is None or spec.origin is None:
        raise ToolError("TensorFlow cannot be loaded.", hint="Install it with `pip install tensorflow`.")
    path = next((path for name in _NAMES if (path := Path(spec.origin).with_name(name)).exists()), None)
    if path is None:
        return None
    prepare_environment()
    with silence():
        library = ctypes.CDLL(str(path))
    for name, (result, *arguments) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


class LibrarySession:
    """A graph in TensorFlow's C library."""

    def __init__(self, library: Any, blueprint: Blueprint, tensors: Tensors, threads: int) -> None:
        self._library = library
        self._status = c_void_p(library.TF_NewStatus())
        self._graph = c_void_p(library.TF_NewGraph())
        self._import(blueprint.graph, tensors)
        self._input, self._output = (_Output(self._operation(name), 0) for name in (PICTURES, RESULT))
        self._session = self._new_session(blueprint.session + _threads(threads))

    def _import(self, graph: bytes, tensors: Tensors) -> None:
        options = c_void_p(self._library.TF_NewImportGraphDefOptions())
        for number, (name, value) in enumerate(tensors):
            constant = _Output(self._constant(f"constant_{number}", value), 0)
            self._library.TF_ImportGraphDefOptionsAddInputMapping(options, name.encode(), 0, constant)
        buffer = c_void_p(self._library.TF_NewBufferFromString(graph, len(graph)))
        self._library.TF_GraphImportGraphDef(self._graph, buffer, options, self._status)
        self._library.TF_DeleteBuffer(buffer)
        self._library.TF_DeleteImportGraphDefOptions(options)
        self._check()

    def _constant(self, name: str, value: NDArray[Any]) -> Any:
        operation = c_void_p(self._library.TF_NewOperation(self._graph, b"Const", name.encode()))
        self._library.TF_SetAttrType(operation, b"dtype", _TYPES[value.dtype.name])
        tensor = self._tensor(value)
        self._library.TF_SetAttrTensor(operation, b"value", tensor, self._status)
        self._library.TF_DeleteTensor(tensor)
        self._check()
        finished = self._library.TF_FinishOperation(operation, self._status)
        self._check()
        return finished

    def _tensor(self, value: NDArray[Any]) -> c_void_p:
        shape = (c_int64 * value.ndim)(*value.shape)
        tensor = c_void_p(self._library.TF_AllocateTensor(_TYPES[value.dtype.name], shape, value.ndim, value.nbytes))
        whole = np.ascontiguousarray(value)
        ctypes.memmove(self._library.TF_TensorData(tensor), whole.ctypes.data, whole.nbytes)
        return tensor

    def _operation(self, name: str) -> Any:
        operation = self._library.TF_GraphOperationByName(self._graph, name.encode())
        assert operation is not None, name
        return operation

    def _new_session(self, configuration: bytes) -> c_void_p:
        options = c_void_p(self._library.TF_NewSessionOptions())
        self._library.TF_SetConfig(options, configuration, len(configuration), self._status)
        session = c_void_p(self._library.TF_NewSession(self._graph, options, self._status))
        self._library.TF_DeleteSessionOptions(options)
        self._check()
        return session

    def run(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        given, found = self._tensor(pictures), c_void_p()
        ins, outs = (byref(self._input), byref(given), 1), (byref(self._output), byref(found), 1)
        status = c_void_p(self._library.TF_NewStatus())  # of its own: several threads may run it
        self._library.TF_SessionRun(self._session, None, *ins, *outs, None, 0, None, status)
        self._library.TF_DeleteTensor(given)
        self._check(status)
        self._library.TF_DeleteStatus(status)
        result = self._array(found)
        self._library.TF_DeleteTensor(found)
        return result

    def _array(self, tensor: c_void_p) -> NDArray[np.float32]:
        library = self._library
        shape = [library.TF_Dim(tensor, index) for index in range(library.TF_NumDims(tensor))]
        array = np.empty(shape, np.float32)
        ctypes.memmove(array.ctypes.data, library.TF_TensorData(tensor), library.TF_TensorByteSize(tensor))
        return array

    def _check(self, status: c_void_p | None = None) -> None:
        status = status or self._status
        if self._library.TF_GetCode(status):
            raise RuntimeError(f"TensorFlow: {self._library.TF_Message(status).decode(errors='replace')}")

    def close(self) -> None:
        self._library.TF_DeleteSession(self._session, self._status)
        self._library.TF_DeleteGraph(self._graph)
        self._library.TF_DeleteStatus(self._status)


def _threads(threads: int) -> bytes:
    """The fields 2 and 5 of a ConfigProto, to append to one: cores within an operation, and operations at a time."""
    number = bytes([threads]) if threads < 128 else bytes([threads & 127 | 128, threads >> 7])
    return b"\x10" + number + b"\x28" + number


class ModuleSession:
    """A graph in TensorFlow's Python module."""

    def __init__(self, blueprint: Blueprint, tensors: Tensors, threads: int) -> None:
        tf = tensorflow(threads)
        with tf.Graph().as_default() as graph:
            definition = tf.compat.v1.GraphDef.FromString(blueprint.graph)
            constants = {name: tf.constant(value) for name, value in tensors}
            ends = [f"{PICTURES}:0", f"{RESULT}:0"]
            self._input, self._output = tf.import_graph_def(definition, constants, ends, name="")
        configuration = tf.compat.v1.ConfigProto.FromString(blueprint.session + _threads(threads))
        self._session = tf.compat.v1.Session(graph=graph, config=configuration)

    def run(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        result: NDArray[np.float32] = self._session.run(self._output, {self._input: pictures})
        return result

    def close(self) -> None:
        self._session.close()
