"""What the pages promise in figures: fresh pictures, quick pages, an undisturbed robot."""
