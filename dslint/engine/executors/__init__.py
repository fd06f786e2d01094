"""Ways to run shards: in this process, or in several. Each gives the results in the order of the shards."""

from dslint.engine.executors.process import ProcessExecutor
from dslint.engine.executors.serial import Executor, SerialExecutor, WorkerLost

__all__ = ["Executor", "ProcessExecutor", "SerialExecutor", "WorkerLost"]
