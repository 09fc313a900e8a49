"""Tools of the project's own making: catalogues and generated documentation."""
