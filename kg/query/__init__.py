"""SPARQL: headers of query files, named questions, safe running, results."""
