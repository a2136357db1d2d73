"""What is measured, against what. Every figure stands beside a baseline of the same run; nothing here is a test."""
