"""A tool for developers: takes the outlines of digits and letters out of free typefaces (`make typefaces`)."""
