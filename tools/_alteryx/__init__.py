"""What the mappings of Alteryx's tools share: types, and the lists of fields that many tools carry inside."""
