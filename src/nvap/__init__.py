"""The NVAP Action Impact Toolkit as software."""

__version__ = "0.1.0"
