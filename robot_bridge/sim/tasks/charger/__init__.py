"""The charger task."""
