"""The formats of the codebook and the modules of this folder that write them."""

FORMATS = {"html": "html", "md": "markdown", "csv": "table"}
