"""Scripts that write the files of the project: run each as ``python -m scripts.NAME``."""
