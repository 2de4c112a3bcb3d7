"""Vision-language-action models: the seam, and the small one that is built in. No SQL, no HTTP."""
