"""The doors: command line, HTTP and page; everything with state or a counterparty lives here."""
