"""Running tasks in processes that can be limited and killed."""

from mediaev.jobs.process import ProcessExecutor
from mediaev.jobs.serial import SerialExecutor

__all__ = ["ProcessExecutor", "SerialExecutor"]
