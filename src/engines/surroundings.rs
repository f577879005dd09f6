//! What stands around every engine: requests, network, orchestration, catalog. Billed the same for all.
