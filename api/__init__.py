"""The faces: command line, HTTP, workbooks. Business logic never lives here."""
