raise RuntimeError("the bundled copy of zenpacklib must not run")
