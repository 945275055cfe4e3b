"""The reference model, its histories and its golden cases: semantics told a second time."""
