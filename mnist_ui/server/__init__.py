"""What stands between the network and the app: whom it answers, with which headers, how long, and how much it takes."""
