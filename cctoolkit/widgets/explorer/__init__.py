"""The face of `cctoolkit.explorer`: any operation as a form, and its answer."""
