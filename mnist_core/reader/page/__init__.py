"""The page of the reader: as a server's files, and as one file that needs no server."""
