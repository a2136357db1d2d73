"""What is usual in a dataset and what is odd: principal components and anomalies."""
