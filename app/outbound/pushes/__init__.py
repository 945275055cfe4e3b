"""Push targets: shops that are made to show who holds what."""
