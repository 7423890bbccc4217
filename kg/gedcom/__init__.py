"""Reading GEDCOM: bytes into text, text into records, records into facts."""
