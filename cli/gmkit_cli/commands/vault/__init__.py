"""Personal data that receipts withhold: kept sealed, shown, restricted, erased."""
