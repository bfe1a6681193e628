"""The V3 API as the sandbox speaks it, a module for each kind of resource."""
