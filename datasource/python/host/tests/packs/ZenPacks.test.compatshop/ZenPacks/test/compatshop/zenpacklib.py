raise RuntimeError("a bundled zenpacklib must not run")
