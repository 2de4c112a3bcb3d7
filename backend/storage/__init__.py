"""Large bytes: episode files and weights, addressed by SHA-256. Rows point to them."""
