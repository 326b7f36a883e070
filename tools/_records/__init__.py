"""What tools of Preparation and Transform share: groups of records, records chosen or described by a query."""
