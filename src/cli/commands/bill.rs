//! `shapecast bill`: prices a usage that is already known.
