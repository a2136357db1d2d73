"""The engine of many machines: procrastinate hands out jobs through PostgreSQL, and what they make lies in a store."""
