"""What hosts the app, and the script that tries it: not part of the package."""
